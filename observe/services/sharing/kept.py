"""Names of the settings in which sharing keeps what it knows. Apart, since the app asks for some before its first frame
and has no use for keys and ciphers then."""

FOLDER = "shared_folder"
"""The folder she shares through."""
DEVICE_NAME = "device_name"
"""What this device is called in the team."""
AT, SAID, LAST = "shared_at", "shared_said", "shared_last"
"""What there was to write when all of it was written; what this device said of itself last; how the last sync ended."""
STRAY = "shared_stray"
"""Names of secrets that those who know the newest need not have: two devices made new codes at the same time."""
