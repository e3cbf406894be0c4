"""LibreOffice as a second opinion on the workbooks: it recalculates and prints them."""

import os
import shutil
import subprocess

import pytest

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_libreoffice = pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")

# Excel's files are recalculated on load only if told so: 0 is "always".
_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def convert(paths, to, home):
    """Return the paths of `paths` converted to "xlsx" or "pdf", formulas recalculated.

    All of them in one go, because the start takes longest. `home` is an empty or reused folder for LibreOffice's profile and its output.
    """
    profile = home / "profile" / "user"
    if not profile.exists():
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_RECALCULATE, encoding="utf-8")
    out = home / to
    subprocess.run(
        [
            SOFFICE,
            f"-env:UserInstallation=file://{profile.parent}",
            "--headless",
            "--convert-to",
            to,
            "--outdir",
            str(out),
            *map(str, paths),
        ],
        check=True,
        capture_output=True,
        timeout=180,
        env={**os.environ, "HOME": str(home)},
    )
    return [out / f"{path.stem}.{to}" for path in paths]
