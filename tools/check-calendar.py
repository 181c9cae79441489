#!/usr/bin/env python3
"""Compares every day of the working-day tables with the Python package `holidays` (0.105 or newer).

An independent reading of the law: the package computes Kazakhstan's days off from the holidays themselves, our
tables were transcribed from the official calendars. What is compared is what the engine answers for each day.

    python3 tools/check-calendar.py

Exit code 0: no difference, or "skipped: pip not available" when pip is absent or the package cannot be downloaded.
Exit code 1: at least one day differs (each is printed), or our own data could not be read.
"""

import datetime
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PACKAGE = "holidays>=0.105"
SKIPPED = "skipped: pip not available"

# Prints {"version": "...", "days": {"YYYY-MM-DD": true if worked}} as the engine reads the tables.
EXPORT = """
import { addDays, isWorkingDay } from './domain/law/calendar.js';
import { CALENDAR_2026_11_21 as calendar } from './domain/law/calendar-data.js';
const days = {};
for (const year of Object.keys(calendar.years)) {
  for (let day = `${year}-01-01`; day.startsWith(year); day = addDays(day, 1)) days[day] = isWorkingDay(calendar, day);
}
console.log(JSON.stringify({ version: calendar.version, days }));
"""


def read_our_days():
    command = ["node", "--import", "tsx", "--input-type=module", "-"]
    try:
        run = subprocess.run(command, input=EXPORT, capture_output=True, text=True, cwd=ROOT, check=True)
    except FileNotFoundError:
        sys.exit("node is not on the PATH: install Node 20.19 or newer.")
    except subprocess.CalledProcessError as error:
        sys.exit(f"The calendar could not be read (was `npm ci` run?):\n{error.stderr}")
    return json.loads(run.stdout)


def install_holidays(target):
    """True when the package is importable from `target` afterwards; else prints why not."""
    if importlib.util.find_spec("pip") is None:
        print(f"{SKIPPED} (this Python has no pip)")
        return False
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1",
               "--timeout", "15", "--target", target, PACKAGE]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0:
        lines = [line for line in run.stderr.splitlines() if line.startswith("ERROR")]
        print(f"{SKIPPED} ({PACKAGE} could not be installed: {lines[-1] if lines else 'no reason given'})")
        return False
    sys.path.insert(0, target)
    return True


def differences(days):
    import holidays

    theirs = holidays.country_holidays("KZ", years=sorted({int(day[:4]) for day in days}))
    for day, worked in days.items():
        date = datetime.date.fromisoformat(day)
        if theirs.is_working_day(date) != worked:
            ours = "worked" if worked else "off"
            yield f"{day} {date:%a}: {ours} in our table, otherwise in holidays {holidays.__version__} ({theirs.get(date, 'no holiday')})"


def main():
    ours = read_our_days()
    days = ours["days"]
    with tempfile.TemporaryDirectory(prefix="check-calendar-") as target:
        if not install_holidays(target):
            return 0
        found = list(differences(days))
        import holidays

        version = holidays.__version__
    for line in found:
        print(line)
    span = f"{min(days)} to {max(days)}"
    print(f"calendar {ours['version']} against holidays {version}: {len(days)} days, {span}, {len(found)} differ")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
