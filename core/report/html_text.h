#pragma once

#include <string>

namespace lorashear {

/// Text as it may stand in HTML and SVG, in elements and in attributes with double quotes. Control characters but line ends and tabs are left out.
std::string htmlText(const std::string& text);

std::string groupedNumber(double value);  ///< a whole number: 260,032
std::string shortNumber(double value);    ///< four significant digits; "not a number" for NaN, "infinite" for infinity
std::string percentNumber(double share);  ///< 0.2 -> 20.0 %

}  // namespace lorashear
