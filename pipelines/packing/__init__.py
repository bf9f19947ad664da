"""归档: a quarter that was published, as a folder that opens without this system."""
