"""Informix's error numbers and wording, as far as AXL's SQL requests can meet them."""

TEXTS = {
    201: "A syntax error has occurred.",
    202: "An illegal character has been found in the statement.",
    206: "The specified table ({}) is not in the database.",
    208: "Memory allocation failed during query processing.",
    213: "Statement interrupted by user.",
    217: "Column ({}) not found in any table in the query (or SLV is undefined).",
    223: "Duplicate table name ({}) in the FROM clause.",
    236: "Number of columns in INSERT does not match number of VALUES.",
    239: "Could not insert new row - duplicate value in a UNIQUE INDEX column (Unique Index:).",
    249: "Virtual column must have explicit name.",
    251: "ORDER BY or GROUP BY column number is too big.",
    260: "Cannot execute a SELECT statement that is PREPAREd - must use cursor.",
    282: "Found a quote for which there is no matching quote.",
    283: "Found a non-terminated comment ('{{' with no matching '}}').",
    284: "A subquery has returned not exactly one row.",
    294: "The column ({}) must be in the GROUP BY list.",
    305: "Subscripted column ({}) is not of type CHAR, VARCHAR, TEXT nor BYTE.",
    307: "Illegal subscript.",
    308: "Corresponding column types must be compatible for each UNION statement.",
    309: "ORDER BY column ({}) must be in SELECT list.",
    317: "Must have the same number of selected columns in each UNION element.",
    321: "Cannot group by aggregate column.",
    324: "Ambiguous column ({}).",
    363: "CURSOR not on SELECT statement.",
    367: "Sums and averages cannot be computed for character columns.",
    391: "Cannot insert a null into column ({}).",
    415: "Data conversion error.",
    505: "Number of columns in UPDATE does not match number of VALUES.",
    522: "Table ({}) not selected in query.",
    530: "Check constraint ({}) failed.",
    543: "ESCAPE character must be only one byte.",
    544: "Cannot have aggregates within aggregates.",
    555: "Cannot use a select or any of the database statements in a multi-query prepare.",
    574: "A subquery has returned not exactly one column.",
    595: "Bad use of aggregate in this context.",
    674: "Routine ({}) can not be resolved.",
    691: "Missing key in referenced table for referential constraint ({}).",
    692: "Key value for constraint ({}) is still being referenced.",
    728: "Unknown first argument of dbinfo({}).",
    1202: "An attempt was made to divide by zero.",
    1213: "A character to numeric conversion process failed",
    1218: "String to date conversion error.",
    1226: "Decimal or money value exceeds maximum precision.",
    1260: "It is not possible to convert between the specified types.",
    1262: "Non-numeric character in datetime or interval.",
    1263: "A field in a datetime or interval value is out of range or incorrect.",
    1266: "Intervals or datetimes are incompatible for the operation.",
    1267: "The result of a datetime computation is out of range.",
    1268: "Invalid datetime or interval qualifier.",
}

# AXL shows syntax and name errors as positive numbers (201, 217) and errors of the running statement as negative ones
# (-239, -691) [field guide 3; faults published with executeSQLUpdate and add requests]. Which of the two a number that
# nobody has published gets is *assumed* from that: found while preparing, or while running.
_WHILE_RUNNING = frozenset(
    {208, 213, 239, 284, 391, 415, 530, 691, 692, 1202, 1213, 1218, 1226, 1262, 1263, 1266, 1267}
)


class SqlError(Exception):
    """A statement that the database refused.

    `code` is signed as AXL's axlcode shows it, `message` is Informix's own wording [Informix error messages].
    """

    def __init__(self, number: int, *names: str) -> None:
        self.code = -number if number in _WHILE_RUNNING else number
        self.message = TEXTS[number].format(*names)
        super().__init__(f"{self.code}: {self.message}")
