#include "core/report/html_text.h"

#include <cmath>
#include <cstdio>

namespace lorashear {

std::string htmlText(const std::string& text) {
    std::string result;
    for (const char c : text) switch (c) {
            case '&': result += "&amp;"; break;
            case '<': result += "&lt;"; break;
            case '>': result += "&gt;"; break;
            case '"': result += "&quot;"; break;
            case '\'': result += "&#39;"; break;
            default:
                if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') result += c;
        }
    return result;
}

std::string groupedNumber(double value) {
    char text[64];
    std::snprintf(text, sizeof text, "%.0f", std::abs(value));
    std::string digits = text;
    for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
    return value < 0 ? "-" + digits : digits;
}

std::string shortNumber(double value) {
    if (std::isnan(value)) return "not a number";
    if (std::isinf(value)) return "infinite";
    char text[64];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

std::string percentNumber(double share) {
    char text[64];
    std::snprintf(text, sizeof text, "%.1f %%", 100 * share);
    return text;
}

}  // namespace lorashear
