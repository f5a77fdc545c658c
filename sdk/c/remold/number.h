/// Numbers as text: integers, and amounts of money without a float on the way.
#ifndef REMOLD_NUMBER_H
#define REMOLD_NUMBER_H

#include "bytes.h"

/// Tells the integer that a text is, in decimal digits with or without a sign, blanks around it passed over. Returns
/// false if it is none, or takes more than 64 bits.
bool remold_parse_integer(remold_bytes text, int64_t *integer);
#define remold_parse_integer(text, integer) remold_parse_integer(REMOLD_BYTES(text), integer)

/// Returns an integer as text.
remold_bytes remold_integer(int64_t integer);

/// Tells how many minor units, of so many digits behind the point, a decimal number is: with two digits 1999 for
/// "19.99", 820 for "8.2". Returns false if the text is no decimal number, has part of a minor unit, or takes more than
/// 64 bits.
bool remold_to_minor(remold_bytes decimal, unsigned digits, int64_t *minor);
#define remold_to_minor(decimal, digits, minor) remold_to_minor(REMOLD_BYTES(decimal), digits, minor)

/// Returns so many minor units as a decimal number with as many digits behind the point: "19.99" for 1999 and two
/// digits.
remold_bytes remold_from_minor(int64_t minor, unsigned digits);

#endif
