# shellcheck shell=sh
# Dates for awk, since not every awk has strftime. Sourced; sets date_awk:
#
# date_day(days)  the date, 2026-11-21, so many days after 1970-01-01, up to the year 9999
#
# By eras of 400 years that begin on 1 March (Howard Hinnant, "chrono-compatible low-level date algorithms",
# civil_from_days).

# Used by those who source this.
# shellcheck disable=SC2034
date_awk='
function date_day(days,    era, of_era, year, of_year, month) {
    days += 719468
    era = int(days / 146097)
    of_era = days % 146097
    year = int((of_era - int(of_era / 1460) + int(of_era / 36524) - int(of_era / 146096)) / 365)
    of_year = of_era - (365 * year + int(year / 4) - int(year / 100))
    month = int((5 * of_year + 2) / 153)
    days = of_year - int((153 * month + 2) / 5) + 1
    month += month < 10 ? 3 : -9
    year += era * 400 + (month <= 2)
    return sprintf("%04d-%02d-%02d", year, month, days)
}
'
