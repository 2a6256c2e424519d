#pragma once

#include "core/edits/edit.h"
#include "core/io/scratch_folder.h"

#include <filesystem>
#include <optional>
#include <string>

namespace lorashear {

/// The tokenizer that fits a model made by edits: the original's own, or where they trim the vocabulary, the trimmed one in a folder that lives as long as this.
class EditedTokenizer {
public:
    /// source: model folder or GGUF file; rows: of the model before. Error(BadInput) with the pointer into the edits (subject before it) if they
    /// keep a set of tokens that no tokenizer can work with (core/text/token_closure.h).
    EditedTokenizer(const std::filesystem::path& source, int rows, const Edits& edits, const std::string& subject = {});

    const std::filesystem::path& path() const { return m_path; }  ///< what ExportOptions::source wants

private:
    std::optional<ScratchFolder> m_folder;
    std::filesystem::path m_path;
};

}  // namespace lorashear
