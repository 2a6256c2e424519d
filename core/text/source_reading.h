#pragma once

#include "core/base/control.h"
#include "core/text/text_source.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace lorashear {

// As readDocuments and readWholeText of text_source.h, for files that may be large: they are read piece by piece, and Error(Cancelled) comes soon after a
// stop was requested. Text that becomes documents is never in memory twice.

/// Instruction records that were left out, because there is nothing to learn from them: their output (or completion, or text) or instruction is blank.
struct LeftOut {
    std::size_t records = 0;  ///< left out
    std::size_t of = 0;       ///< records in the file
    std::string first;        ///< where the first one stands: "line 12", "record 11"

    /// "chats.jsonl: 3 of 120 records are left out: nothing to learn from: a blank output, instruction or text (the first: line 12)"; "" if there are none.
    std::string note(const std::string& file) const;
};

std::vector<Document> readDocuments(const std::filesystem::path& path, SourceFormat format, const Control& control,
                                    LeftOut* leftOut = nullptr);
std::string readWholeText(const std::filesystem::path& path, const Control& control);

}  // namespace lorashear
