"""Arabic with the digits 0 to 9: they agree with ids, keys and the API (`docs/decisions/0028-…`). With these digits the
comma groups and the point divides, as in CLDR's `ar` with the numbering system `latn`.
"""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y H:i"
SHORT_DATE_FORMAT = "Y-m-d"
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
