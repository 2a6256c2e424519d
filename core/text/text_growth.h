#pragma once

#include "core/base/error.h"

#include <cstddef>
#include <string>

namespace lorashear {

/// Rules of a tokenizer's file lengthen texts (three bytes for a space, eleven for one ligature), but within measure: thirty of them that each
/// double a text would fill any memory from a file of two kilobytes.
class TextGrowth {
public:
    explicit TextGrowth(std::size_t before) : m_longest(kTimes * before + kAlways) {}

    /// Error(Unsupported) if a text that was `before` bytes long is longer than any real tokenizer makes it.
    void require(std::size_t now) const {
        if (now > m_longest)
            throw Error(ErrorCode::Unsupported, "tokenizer.json",
                        "its rules make a text more than " + std::to_string(kTimes) + " times as long",
                        "no real tokenizer does that: the file is damaged or made to harm");
    }

private:
    static constexpr std::size_t kTimes = 16, kAlways = std::size_t{1} << 16;
    std::size_t m_longest;
};

}  // namespace lorashear
