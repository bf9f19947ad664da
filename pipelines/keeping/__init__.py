"""保全: backup, restore, and what is wrong with an installation.

Archive and registry are the truth; everything else is made again from them.
"""
