#include "core/text/text_file.h"

#include "core/base/error.h"
#include "core/io/file_pieces.h"
#include "core/io/stand_in.h"
#include "core/text/utf8.h"

#include <utility>

namespace lorashear {

namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF", kReplacement = "\xEF\xBF\xBD";
constexpr std::size_t kLookedAt = 1024;  ///< bytes of a beginning that tell a stand-in
constexpr std::size_t kRareIn = 10'000;  ///< bytes of text for each stray byte that is repaired

std::size_t countOf(std::string_view text, std::string_view word) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find(word, at)) != std::string_view::npos; at += word.size()) ++count;
    return count;
}

}  // namespace

void TextFile::read(const std::function<void(std::string_view)>& use) {
    forEachPiece(m_path, [&](std::string_view piece) {
        m_control.poll();
        if (piece.find('\0') != std::string_view::npos) refuseZeros();
        m_rest.append(piece);
        if (!beginningSeen()) return;
        if (piece.find('\n') == std::string_view::npos) return;  // else it is near the end, however long the line
        const std::size_t end = m_rest.rfind('\n');
        std::string lines = m_rest.substr(0, end + 1);
        m_rest.erase(0, end + 1);
        pass(std::move(lines), use);
    });
    m_atEnd = true;
    beginningSeen();
    if (!m_rest.empty()) pass(std::move(m_rest), use);
    requireUtf8();
    if (m_blank) throw Error(ErrorCode::BadInput, m_path.string(), "holds no text");
}

void TextFile::refuseZeros() const {
    throw Error(ErrorCode::BadInput, m_path.string(), "holds zero bytes, so it is not UTF-8 text",
                "convert it to UTF-8 text first (UTF-16 files look like this)");
}

/// Once there is enough of it: a byte order mark goes, a stand-in for another file is refused.
bool TextFile::beginningSeen() {
    if (m_begun) return true;
    if (m_rest.size() < kLookedAt && !m_atEnd) return false;
    if (m_rest.starts_with(kBom)) m_rest.erase(0, kBom.size());
    if (m_rest.starts_with("version https://git-lfs"))
        refuseStandIn(std::string_view(m_rest).substr(0, kLookedAt), m_path.string());
    return m_begun = true;
}

void TextFile::pass(std::string&& lines, const std::function<void(std::string_view)>& use) {
    m_bytes += lines.size();
    if (!isValidUtf8(lines)) {
        std::string repaired = repairUtf8(lines);
        m_bad += countOf(repaired, kReplacement) - countOf(lines, kReplacement);
        if (m_badLine == 0)
            forEachLine(
                lines,
                [&](std::string_view line, std::size_t number) {
                    if (m_badLine == 0 && !isValidUtf8(line)) m_badLine = number;
                },
                m_line);
        lines.swap(repaired);
    }
    if (m_badLine == 0) m_line += static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'));
    m_blank = m_blank && isBlank(lines);
    use(lines);
}

/// A few stray bytes happen in any large text; more of them are another encoding, whose letters would all be lost.
void TextFile::requireUtf8() const {
    if (m_bad * kRareIn <= m_bytes) return;
    throw Error(ErrorCode::BadInput, m_path.string() + ":" + std::to_string(m_badLine),
                "is not UTF-8, here and at " + std::to_string(m_bad) + " places in all",
                "convert it first, e.g. iconv -f latin1 -t utf-8 (most often it is Latin-1 or Windows-1252)");
}

}  // namespace lorashear
