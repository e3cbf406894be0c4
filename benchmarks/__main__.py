"""Measure the city-scale demo on PostgreSQL, and the small one from nothing.

`make bench` starts a throw-away cluster with pg_virtualenv (Debian's
postgresql-common); where DATABASE_URL names a PostgreSQL database already, that one
is used and must be empty or hold the demo city (`--keep`).

    python -m benchmarks [--scale city|small] [--keep] [--only NAME ...]
"""

import argparse
import os
import shutil
import sys

from benchmarks.sections import SECTIONS


def main() -> None:
    """Parse the command line, find a PostgreSQL, measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--scale", choices=["city", "small"], default="city")
    parser.add_argument("--keep", action="store_true", help="use the demo city that is there")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS))
    options = parser.parse_args()

    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        start = shutil.which("pg_virtualenv")
        if not start:
            sys.exit("Set DATABASE_URL to a PostgreSQL database, or install postgresql-common.")
        url = "postgres://$PGUSER:$PGPASSWORD@$PGHOST:$PGPORT/$PGDATABASE"
        again = " ".join([sys.executable, "-m", "benchmarks", *sys.argv[1:]])
        os.execv(start, [start, "-t", "bash", "-c", f'DATABASE_URL="{url}" exec {again}'])  # noqa: S606

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partybuild.settings")
    import django

    django.setup()
    # Loads every page, and leaves them loaded as the service does.
    from django.core.management import call_command

    import partybuild.wsgi  # noqa: F401
    from benchmarks.measuring import table
    from benchmarks.sections import measure

    # Pages name their stylesheets by fingerprint.
    call_command("collectstatic", interactive=False, verbosity=0)
    figures = []
    try:
        for name in options.only:
            print(f"… {name}", file=sys.stderr, flush=True)
            figures += measure(name, options)
    finally:
        print(table(figures))


if __name__ == "__main__":
    main()
