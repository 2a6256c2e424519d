#include "core/text/bpe_model.h"

#include "core/base/error.h"
#include "core/text/bpe_merges.h"
#include "core/text/json_fields.h"
#include "core/text/utf8.h"
#include "core/text/word_mark.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <bit>
#include <queue>

// Byte pair encoding: a piece of text starts as its characters; the pair of neighbours with the lowest rank in the list
// of merges becomes one symbol, leftmost first, until no neighbours merge.
//
// Symbols are a doubly linked list in arrays, candidate pairs a heap by (rank, position). Merging changes at most two pairs, so a
// piece of n characters takes O(n log n). A candidate is stale when one of its symbols has been merged meanwhile; it is recognised
// when popped, because its pair no longer gives the same token.
//
// SentencePiece vocabularies have no pre-tokenizer: a whole file would be one piece. When no token continues from another
// character into '▁' (true of every such vocabulary we know, checked when it is opened) no merge can cross that border, and
// cutting there changes nothing but the speed: words repeat, and a cache knows most of them.

namespace lorashear {

namespace {

constexpr std::size_t kLongestCachedWord = 64, kLargestCache = 1 << 16;
constexpr int kLargestId = 1 << 24;

}  // namespace

void BpeModel::MergeTable::reserve(std::size_t count) {
    m_slots.assign(std::bit_ceil(2 * count + 16), {});
}

std::size_t BpeModel::MergeTable::slotOf(std::uint64_t key) const {
    const std::uint64_t mixed = key * 0x9E3779B97F4A7C15u;
    std::size_t at = static_cast<std::size_t>(mixed ^ mixed >> 32) & (m_slots.size() - 1);
    while (m_slots[at].merge.rank >= 0 && m_slots[at].key != key) at = (at + 1) & (m_slots.size() - 1);
    return at;
}

void BpeModel::MergeTable::insert(int left, int right, Merge merge) {
    const std::uint64_t key = static_cast<std::uint64_t>(left) << 32 | static_cast<std::uint32_t>(right);
    Slot& slot = m_slots[slotOf(key)];
    m_count += slot.merge.rank < 0;
    slot = {key, merge};
}

BpeModel::MergeTable::Merge BpeModel::MergeTable::find(int left, int right) const {
    return m_slots[slotOf(static_cast<std::uint64_t>(left) << 32 | static_cast<std::uint32_t>(right))].merge;
}

BpeModel::BpeModel(const JsonFields& fields) : m_file(fields.file()) {
    const std::string type = fields.textOr("type", "BPE");  // early files do not say it
    if (type != "BPE") fields.unsupported("kind \"" + type + "\" is not handled, only BPE");
    if (fields.has("dropout") && fields.value("dropout") != 0)
        fields.unsupported("dropout makes encoding random; set it to null in the file");
    m_prefix = fields.textOr("continuing_subword_prefix", "");
    m_suffix = fields.textOr("end_of_word_suffix", "");
    m_byteFallback = fields.flagOr("byte_fallback", false);
    m_fuseUnknown = fields.flagOr("fuse_unk", false);
    m_ignoreMerges = fields.flagOr("ignore_merges", false);

    readVocabulary(fields);
    readMerges(fields);
    readByteTokens();
    if (const std::string unknown = fields.textOr("unk_token", ""); !unknown.empty()) {
        m_unknown = idOf(unknown);
        if (m_unknown < 0) fields.refuse("names the unknown token \"" + unknown + "\", which is not in its vocabulary");
    }
    findWordCut();
}

void BpeModel::readVocabulary(const JsonFields& fields) {
    const nlohmann::json& vocabulary = fields.value("vocab");
    if (!vocabulary.is_object() || vocabulary.empty()) fields.refuse("has no vocabulary");
    m_ids.reserve(vocabulary.size());
    for (const auto& [token, id] : vocabulary.items()) {
        if (!id.is_number_unsigned() || id.get<std::uint64_t>() > kLargestId)
            fields.refuse("vocabulary gives \"" + token + "\" an id that is not a number from 0 to " +
                          std::to_string(kLargestId));
        const auto index = id.get<std::size_t>();
        if (index >= m_tokens.size()) m_tokens.resize(index + 1);
        m_tokens[index] = token;
        m_ids.emplace(token, static_cast<int>(index));
    }
}

std::pair<std::string, std::string> BpeModel::pairOf(const JsonFields& fields, std::size_t index) const {
    const nlohmann::json& merge = fields.value("merges")[index];
    if (auto pair = bpeMergeOf(merge)) return *std::move(pair);
    fields.refuse("merge " + std::to_string(index) + " (" +
                  merge.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + ") is not two tokens");
}

void BpeModel::readMerges(const JsonFields& fields) {
    const std::size_t count = fields.list("merges").size();
    m_merges.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto [left, right] = pairOf(fields, i);
        if (!right.starts_with(m_prefix))
            fields.refuse("merge " + std::to_string(i) + ": \"" + right + "\" lacks the subword prefix");
        const std::string merged = left + right.substr(m_prefix.size());
        for (const std::string* token : {&left, &right, &merged})
            if (idOf(*token) < 0)
                fields.refuse("merge " + std::to_string(i) + " needs the token \"" + *token +
                              "\", which is not in the vocabulary");
        m_merges.insert(idOf(left), idOf(right), {static_cast<int>(i), idOf(merged)});
    }
}

void BpeModel::readByteTokens() {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    for (unsigned byte = 0; byte < 256; ++byte)
        m_byteIds[byte] = idOf(std::string("<0x") + kDigits[byte >> 4] + kDigits[byte & 15] + ">");
}

void BpeModel::findWordCut() {
    m_cutBeforeMark = idOf(kWordMark) >= 0 && m_prefix.empty() && m_suffix.empty() && !m_ignoreMerges;
    for (const std::string& token : m_tokens) {
        for (std::size_t at = token.find(kWordMark); m_cutBeforeMark && at != std::string::npos;
             at = token.find(kWordMark, at + kWordMark.size()))
            if (at > 0 && !std::string_view(token).substr(0, at).ends_with(kWordMark)) m_cutBeforeMark = false;
    }
}

int BpeModel::idOf(std::string_view token) const {
    const auto found = m_ids.find(token);
    return found == m_ids.end() ? -1 : found->second;
}

const std::string& BpeModel::tokenOf(int id) const {
    static const std::string kNone;
    return id >= 0 && id < size() ? m_tokens[static_cast<std::size_t>(id)] : kNone;
}

void BpeModel::encode(std::string_view text, std::vector<int>& ids) const {
    if (!m_cutBeforeMark) return encodeWord(text, ids);
    std::size_t begin = 0;
    for (std::size_t at = text.find(kWordMark); at != std::string_view::npos;
         at = text.find(kWordMark, at + kWordMark.size())) {
        if (at == begin || text.substr(begin, at - begin).ends_with(kWordMark)) continue;
        encodeWord(text.substr(begin, at - begin), ids);
        begin = at;
    }
    if (begin < text.size()) encodeWord(text.substr(begin), ids);
}

void BpeModel::encodeWord(std::string_view word, std::vector<int>& ids) const {
    if (word.empty()) return;
    if (m_ignoreMerges)
        if (const int whole = idOf(word); whole >= 0) return ids.push_back(whole);
    const bool cached = word.size() <= kLongestCachedWord;
    if (cached) {
        const std::lock_guard lock(m_mutex);
        if (const auto known = m_cache.find(word); known != m_cache.end()) {
            ids.insert(ids.end(), known->second.begin(), known->second.end());
            return;
        }
    }
    std::vector<int> symbols = symbolsOf(word);
    merge(symbols);
    ids.insert(ids.end(), symbols.begin(), symbols.end());
    if (cached) {
        const std::lock_guard lock(m_mutex);
        if (m_cache.size() < kLargestCache) m_cache.emplace(word, std::move(symbols));
    }
}

/// A character as its bytes' tokens, all of them or none.
bool BpeModel::appendBytes(std::string_view character, std::vector<int>& symbols) const {
    const auto idOfByte = [this](char byte) { return m_byteIds[static_cast<unsigned char>(byte)]; };
    if (std::any_of(character.begin(), character.end(), [&](char byte) { return idOfByte(byte) < 0; })) return false;
    for (const char byte : character) symbols.push_back(idOfByte(byte));
    return true;
}

std::vector<int> BpeModel::symbolsOf(std::string_view word) const {
    std::vector<int> symbols;
    symbols.reserve(word.size());
    bool afterUnknown = false;
    std::string decorated;
    for (std::size_t at = 0; at < word.size();) {
        const std::size_t bytes = codePointAt(word, at).bytes;
        std::string_view character = word.substr(at, bytes);
        const bool first = at == 0, last = at + bytes == word.size();
        at += bytes;
        if ((!first && !m_prefix.empty()) || (last && !m_suffix.empty())) {
            decorated = (first ? std::string() : m_prefix) + std::string(character) + (last ? m_suffix : std::string());
            character = decorated;
        }
        if (const int id = idOf(character); id >= 0) {
            symbols.push_back(id);
            afterUnknown = false;
            continue;
        }
        if (m_byteFallback && appendBytes(character, symbols)) {
            afterUnknown = false;
            continue;
        }
        if (m_unknown < 0)
            throw Error(ErrorCode::BadInput, m_file,
                        "cannot represent \"" + std::string(character) +
                            "\": it is not in the vocabulary, and there is no unknown token");
        if (!afterUnknown || !m_fuseUnknown) symbols.push_back(m_unknown);
        afterUnknown = true;
    }
    return symbols;
}

std::pair<int, int> BpeModel::merge(std::vector<int>& symbols) const {
    constexpr int kGone = -1;
    struct Candidate {
        int rank, at, id;
        bool operator>(const Candidate& other) const { return std::pair(rank, at) > std::pair(other.rank, other.at); }
    };
    const int count = static_cast<int>(symbols.size());
    const auto index = [](int at) { return static_cast<std::size_t>(at); };
    std::vector<int> next(symbols.size()), previous(symbols.size());
    std::vector<Candidate> start;
    for (int at = 0; at < count; ++at) {
        next[index(at)] = at + 1 < count ? at + 1 : -1;
        previous[index(at)] = at - 1;
        if (at + 1 == count) break;
        if (const auto found = m_merges.find(symbols[index(at)], symbols[index(at + 1)]); found.rank >= 0)
            start.push_back({found.rank, at, found.id});
    }
    std::pair<int, int> last{-1, -1};
    if (start.empty()) return last;
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue(std::greater<>(), std::move(start));
    const auto offer = [&](int at) {
        if (at < 0 || next[index(at)] < 0) return;
        const auto found = m_merges.find(symbols[index(at)], symbols[index(next[index(at)])]);
        if (found.rank >= 0) queue.push({found.rank, at, found.id});
    };
    while (!queue.empty()) {
        const Candidate top = queue.top();
        queue.pop();
        const int right = symbols[index(top.at)] == kGone ? -1 : next[index(top.at)];
        if (right < 0) continue;
        const auto now = m_merges.find(symbols[index(top.at)], symbols[index(right)]);
        if (now.rank != top.rank || now.id != top.id) continue;
        last = {symbols[index(top.at)], symbols[index(right)]};
        symbols[index(top.at)] = top.id;
        symbols[index(right)] = kGone;
        next[index(top.at)] = next[index(right)];
        if (next[index(right)] >= 0) previous[index(next[index(right)])] = top.at;
        offer(previous[index(top.at)]);
        offer(top.at);
    }
    std::erase(symbols, kGone);
    return last;
}

std::optional<std::pair<int, int>> BpeModel::partsOf(int id) const {
    const std::string& text = tokenOf(id);
    if (!isValidUtf8(text)) return {};
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t bytes = codePointAt(text, at).bytes;
        if (idOf(std::string_view(text).substr(at, bytes)) < 0)
            return {};  // bytes or the unknown token: nothing joins those
        at += bytes;
    }
    std::vector<int> symbols = symbolsOf(text);
    const auto last = merge(symbols);
    if (symbols.size() != 1 || symbols.front() != id || last.first < 0) return {};
    return last;
}

}  // namespace lorashear
