"""What turns an unpacked Chromium into one that starts as it is."""

from collections.abc import Sequence
from pathlib import Path

NAME = "doorlight-chromium"
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir prefix="relative">usr/share/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
"""
# The library path reaches the browser only: a Python or Node that inherits it would load the wrong libraries.
SCRIPT = """#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
LD_LIBRARY_PATH="{libraries}"
FONTCONFIG_FILE="$here/fonts.conf"
export LD_LIBRARY_PATH FONTCONFIG_FILE
exec "$here/usr/lib/chromium/chromium" "$@"
"""


def write(root: Path, folders: Sequence[str]) -> None:
    """Put the script that starts it, and the fonts it draws with, into the root of its tree."""
    (root / "fonts.conf").write_text(FONTS)
    script = root / NAME
    script.write_text(SCRIPT.format(libraries=":".join(f"$here/{folder}" for folder in folders)))
    script.chmod(0o755)
