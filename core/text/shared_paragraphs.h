#pragma once

#include <string_view>

namespace lorashear {

/// How many paragraphs of one text occur in another, wherever in its lines: what was calibrated, trained or chosen on a text must not be reported on parts of it.
///
/// Paragraphs are lines. Only ASCII letters and digits, small and capital alike, and bytes of other characters count, since spacing and punctuation differ between
/// editions of a text (WikiText's raw and tokenised files, say). A paragraph is known again by the 48 such bytes in its middle; shorter ones are
/// headings and count for nothing. One pass over each text; what is kept is one number a paragraph.
int sharedParagraphs(std::string_view text, std::string_view other);

/// So many may be quotations or formulas that any two texts have in common.
inline constexpr int kParagraphsByChance = 2;

}  // namespace lorashear
