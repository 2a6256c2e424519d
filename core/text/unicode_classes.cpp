#include "core/text/unicode_classes.h"

#include <unicode/uchar.h>

#include <cstdint>

namespace lorashear {

namespace {

bool inCategories(char32_t c, std::uint32_t mask) {
    return (U_GET_GC_MASK(static_cast<UChar32>(c)) & mask) != 0;
}

}  // namespace

bool isWhiteSpace(char32_t c) {
    return u_isUWhiteSpace(static_cast<UChar32>(c)) != 0;
}

bool isWordChar(char32_t c) {
    return inCategories(c, U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK) || u_isUAlphabetic(static_cast<UChar32>(c)) ||
           u_hasBinaryProperty(static_cast<UChar32>(c), UCHAR_JOIN_CONTROL);
}

bool isNumeric(char32_t c) {
    return inCategories(c, U_GC_N_MASK);
}

bool isPunctuation(char32_t c) {
    const bool ascii =
        c < 0x80 && c > 0x20 && !(c >= '0' && c <= '9') && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && c != 0x7F;
    return ascii || inCategories(c, U_GC_P_MASK);
}

bool isMark(char32_t c) {
    return inCategories(c, U_GC_M_MASK);
}

bool isIrregular(char32_t c) {
    if (c == '\n' || c == '\t') return false;
    return c == 0xFFFD || c == 0xFEFF || c == 0xAD ||
           inCategories(c, U_GC_CC_MASK | U_GC_CO_MASK | U_GC_CN_MASK | U_GC_CS_MASK);
}

}  // namespace lorashear
