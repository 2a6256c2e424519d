#pragma once

#include "core/edits/blueprint.h"
#include "core/io/scratch_folder.h"

#include <filesystem>
#include <optional>

namespace lorashear {

/// The tokenizer that fits a model made by edits, with all that travels with a model besides its weights: the original's own, or where the edits trim
/// the vocabulary, the trimmed one in a folder that lives as long as this.
class EditedTokenizer {
public:
    /// source: model folder or GGUF file; rows: of the model before. Error(BadInput) with the place in the edits where they keep a set of tokens that
    /// no tokenizer can work with (core/text/token_closure.h); Error(Unsupported) for tokenizers whose tokens cannot be taken away. Of a folder without any
    /// tokenizer the ids in its other files are renumbered.
    EditedTokenizer(const std::filesystem::path& source, int rows, const Blueprint& blueprint);

    const std::filesystem::path& path() const { return m_path; }  ///< what ExportOptions::source wants

private:
    std::optional<ScratchFolder> m_folder;
    std::filesystem::path m_path;
};

}  // namespace lorashear
