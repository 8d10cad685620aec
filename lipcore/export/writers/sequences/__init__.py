"""Writers of the layouts that data sets of video have: DAVIS, MOTS, YouTube-VIS and YouTube-VOS."""
