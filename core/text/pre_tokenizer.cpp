#include "core/text/pre_tokenizer.h"

#include "core/text/byte_level.h"
#include "core/text/json_fields.h"
#include "core/text/pattern.h"
#include "core/text/text_growth.h"
#include "core/text/unicode_classes.h"
#include "core/text/utf8.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>

namespace lorashear {

namespace {

constexpr const char* kByteLevelExpression = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

/// A stretch of a piece: what the pattern found, or what lies between.
struct Part {
    std::size_t begin = 0, end = 0;
    bool isMatch = false;
};

std::vector<Part> partsOf(std::string_view text, const std::vector<Pattern::Range>& matches, bool invert) {
    std::vector<Part> parts;
    std::size_t at = 0;
    for (const auto& [begin, end] : matches) {
        if (begin > at) parts.push_back({at, begin, invert});
        parts.push_back({begin, end, !invert});
        at = end;
    }
    if (at < text.size()) parts.push_back({at, text.size(), invert});
    return parts;
}

// What becomes of the matches. A match joins the part before (or after) it only if that is not a match itself.

void isolate(std::vector<Part>&) {}

void removeMatches(std::vector<Part>& parts) {
    std::erase_if(parts, [](const Part& part) { return part.isMatch; });
}

void mergeWithPrevious(std::vector<Part>& parts) {
    std::vector<Part> merged;
    bool previousIsMatch = false;
    for (const Part& part : parts) {
        if (part.isMatch && !previousIsMatch && !merged.empty())
            merged.back().end = part.end;
        else
            merged.push_back(part);
        previousIsMatch = part.isMatch;
    }
    parts = std::move(merged);
}

void mergeWithNext(std::vector<Part>& parts) {
    std::vector<Part> merged;
    bool nextIsMatch = false;
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
        if (part->isMatch && !nextIsMatch && !merged.empty())
            merged.back().begin = part->begin;
        else
            merged.push_back(*part);
        nextIsMatch = part->isMatch;
    }
    std::reverse(merged.begin(), merged.end());
    parts = std::move(merged);
}

void mergeContiguous(std::vector<Part>& parts) {
    std::vector<Part> merged;
    for (const Part& part : parts) {
        if (!merged.empty() && merged.back().isMatch == part.isMatch)
            merged.back().end = part.end;
        else
            merged.push_back(part);
    }
    parts = std::move(merged);
}

using Behavior = void (*)(std::vector<Part>&);
struct NamedBehavior {
    std::string_view name;
    Behavior apply;
};
constexpr std::array<NamedBehavior, 5> kBehaviors{{
    {"Isolated", isolate},
    {"Removed", removeMatches},
    {"MergedWithPrevious", mergeWithPrevious},
    {"MergedWithNext", mergeWithNext},
    {"Contiguous", mergeContiguous},
}};

Behavior behaviorOf(const JsonFields& fields, const std::string& otherwise) {
    const std::string name = fields.textOr("behavior", otherwise);
    for (const NamedBehavior& known : kBehaviors)
        if (known.name == name) return known.apply;
    fields.unsupported("split behavior \"" + name + "\" is not handled");
}

/// Splits every piece by find(text) -> matches.
template <typename Find>
PreTokenizer splitter(Find find, Behavior behavior, bool invert = false) {
    return [find, behavior, invert](std::vector<Piece>& pieces) {
        std::vector<Piece> result;
        result.reserve(pieces.size());
        for (Piece& piece : pieces) {
            std::vector<Part> parts = partsOf(piece.text, find(piece.text), invert);
            behavior(parts);
            for (const Part& part : parts)
                if (part.end > part.begin)
                    result.push_back(
                        {piece.text.substr(part.begin, part.end - part.begin), piece.atStart && part.begin == 0});
        }
        pieces = std::move(result);
    };
}

template <bool (*isMember)(char32_t)>
std::vector<Pattern::Range> findCharacters(std::string_view text) {
    std::vector<Pattern::Range> found;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint c = codePointAt(text, at);
        if (isMember(c.value)) found.emplace_back(at, at + c.bytes);
        at += c.bytes;
    }
    return found;
}

PreTokenizer patternSplitter(Pattern pattern, Behavior behavior, bool invert = false) {
    return splitter([pattern = std::move(pattern)](std::string_view text) { return pattern.findAll(text); }, behavior,
                    invert);
}

PreTokenizer makeSplit(const JsonFields& fields) {
    return patternSplitter(Pattern::fromJson(fields), behaviorOf(fields, "Isolated"), fields.flagOr("invert", false));
}

PreTokenizer makeByteLevelPreTokenizer(const JsonFields& fields) {
    const bool addSpace = fields.flagOr("add_prefix_space", true);
    PreTokenizer split;
    if (fields.flagOr("use_regex", true)) split = patternSplitter(Pattern::regex(kByteLevelExpression, fields), isolate);
    return [addSpace, split](std::vector<Piece>& pieces) {
        for (Piece& piece : pieces)
            if (addSpace && !piece.text.starts_with(' ')) piece.text.insert(0, 1, ' ');
        if (split) split(pieces);
        for (Piece& piece : pieces) piece.text = toByteLevel(piece.text);
    };
}

PreTokenizer makeDigits(const JsonFields& fields) {
    return splitter(findCharacters<isNumeric>, fields.flagOr("individual_digits", false) ? isolate : mergeContiguous);
}

PreTokenizer makePunctuation(const JsonFields& fields) {
    return splitter(findCharacters<isPunctuation>, behaviorOf(fields, "Isolated"));
}

PreTokenizer makeWhitespace(const JsonFields& fields) {
    // \w+|[^\w\s]+ by the rules of Unicode's regular expressions, which count the two joiners as word characters
    return patternSplitter(Pattern::regex(R"([\w\x{200C}\x{200D}]+|[^\w\x{200C}\x{200D}\s]+)", fields), removeMatches, true);
}

PreTokenizer makeWhitespaceSplit(const JsonFields&) {
    return splitter(findCharacters<isWhiteSpace>, removeMatches);
}

PreTokenizer makeCharDelimiterSplit(const JsonFields& fields) {
    return patternSplitter(Pattern::literal(fields.text("delimiter")), removeMatches);
}

PreTokenizer makeBert(const JsonFields&) {
    return [words = splitter(findCharacters<isWhiteSpace>, removeMatches),
            marks = splitter(findCharacters<isPunctuation>, isolate)](std::vector<Piece>& pieces) {
        words(pieces);
        marks(pieces);
    };
}

enum class Prefix { First, Never, Always };

Prefix prefixOf(const JsonFields& fields) {
    if (!fields.flagOr("add_prefix_space", true)) return Prefix::Never;  // how files said it before prepend_scheme
    const std::string scheme = fields.textOr("prepend_scheme", "always");
    if (scheme == "first") return Prefix::First;
    if (scheme == "never") return Prefix::Never;
    if (scheme == "always") return Prefix::Always;
    fields.unsupported("prepend_scheme \"" + scheme + "\" is not handled");
}

PreTokenizer makeMetaspacePreTokenizer(const JsonFields& fields) {
    const std::string replacement = metaspaceMark(fields);
    const Prefix prefix = prefixOf(fields);
    PreTokenizer split;
    if (fields.flagOr("split", true)) split = patternSplitter(Pattern::literal(replacement), mergeWithNext);
    return [=](std::vector<Piece>& pieces) {
        for (Piece& piece : pieces) {
            std::string text;
            for (const char c : piece.text) c == ' ' ? void(text += replacement) : text.push_back(c);
            const bool wanted = prefix == Prefix::Always || (prefix == Prefix::First && piece.atStart);
            if (wanted && !text.starts_with(replacement)) text.insert(0, replacement);
            piece.text = std::move(text);
        }
        if (split) split(pieces);
    };
}

struct PreTokenizerKind {
    std::string_view type;
    PreTokenizer (*make)(const JsonFields&);
};
constexpr std::array<PreTokenizerKind, 9> kPreTokenizerKinds{{
    {"ByteLevel", makeByteLevelPreTokenizer},
    {"Split", makeSplit},
    {"Metaspace", makeMetaspacePreTokenizer},
    {"Digits", makeDigits},
    {"Punctuation", makePunctuation},
    {"Whitespace", makeWhitespace},
    {"WhitespaceSplit", makeWhitespaceSplit},
    {"CharDelimiterSplit", makeCharDelimiterSplit},
    {"BertPreTokenizer", makeBert},
}};

/// All steps, those of sequences within sequences too, so that the growth of all together is seen.
void appendPreTokenizers(const JsonFields& fields, std::vector<PreTokenizer>& steps) {
    const std::string type = fields.text("type");
    if (type == "Sequence") {
        for (const auto& step : fields.list("pretokenizers"))
            appendPreTokenizers(fields.child(step, "pretokenizers"), steps);
        return;
    }
    for (const PreTokenizerKind& kind : kPreTokenizerKinds)
        if (kind.type == type) return steps.push_back(kind.make(fields));
    fields.unsupported("pre-tokenizer \"" + type + "\" is not handled");
}

std::size_t lengthOfPieces(const std::vector<Piece>& pieces) {
    return std::accumulate(pieces.begin(), pieces.end(), std::size_t{0},
                           [](std::size_t sum, const Piece& piece) { return sum + piece.text.size(); });
}

}  // namespace

PreTokenizer makePreTokenizer(const JsonFields& fields) {
    std::vector<PreTokenizer> steps;
    appendPreTokenizers(fields, steps);
    return [steps = std::move(steps)](std::vector<Piece>& pieces) {
        const TextGrowth growth(lengthOfPieces(pieces));
        for (const PreTokenizer& step : steps) {
            step(pieces);
            growth.require(std::max(lengthOfPieces(pieces), pieces.size()));
        }
    };
}

}  // namespace lorashear
