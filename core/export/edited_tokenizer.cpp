#include "core/export/edited_tokenizer.h"

#include "core/text/token_closure.h"
#include "core/text/trimmed_tokenizer.h"

namespace lorashear {

EditedTokenizer::EditedTokenizer(const std::filesystem::path& source, int rows, const Edits& edits,
                                 const std::string& subject)
    : m_path(source) {
    for (std::size_t i = 0; i < edits.size(); ++i) {
        const auto* trim = std::get_if<TrimVocabulary>(&edits[i]);
        if (!trim) continue;
        const std::string pointer = "/edits/" + std::to_string(i) + "/keep";
        TokenClosure(source, rows).check(trim->keep, subject.empty() ? pointer : subject + " " + pointer);
        m_folder.emplace();
        writeTrimmedTokenizer(source, TokenRenumbering(trim->keep), m_folder->path());
        m_path = m_folder->path();
    }
}

}  // namespace lorashear
