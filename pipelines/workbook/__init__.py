"""What a workbook looks like: the layout that issue and reply write and extract reads."""
