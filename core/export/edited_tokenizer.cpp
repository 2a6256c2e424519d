#include "core/export/edited_tokenizer.h"

#include "core/text/token_closure.h"
#include "core/text/trimmed_tokenizer.h"

namespace lorashear {

EditedTokenizer::EditedTokenizer(const std::filesystem::path& source, int rows, const Blueprint& blueprint)
    : m_path(source) {
    if (blueprint.tokens.empty()) return;
    if (hasTokenizer(source)) TokenClosure(source, rows).check(blueprint.tokens, blueprint.tokensPlace);
    m_folder.emplace();
    writeTrimmedTokenizer(source, TokenRenumbering(blueprint.tokens), m_folder->path());
    m_path = m_folder->path();
}

}  // namespace lorashear
