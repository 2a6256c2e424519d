#include "core/text/token_decoder.h"

#include "core/text/byte_level.h"
#include "core/text/json_fields.h"
#include "core/text/pattern.h"
#include "core/text/text_growth.h"
#include "core/text/utf8.h"

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <numeric>
#include <optional>
#include <string_view>

namespace lorashear {

namespace {

using Tokens = std::vector<std::string>;

constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

void replaceAll(std::string& text, std::string_view from, std::string_view to) {
    if (from.empty()) return;
    std::string replaced;
    std::size_t done = 0;
    for (std::size_t at = 0; (at = text.find(from, done)) != std::string::npos; done = at + from.size())
        replaced.append(text, done, at - done).append(to);
    if (done > 0) text = replaced.append(text, done);
}

void fuse(Tokens& tokens) {
    tokens = {std::accumulate(tokens.begin(), tokens.end(), std::string())};
}

TokenDecoder makeFuse(const JsonFields&) {
    return fuse;
}

/// A token that is not of the byte alphabet (an added one) stands for its own bytes.
TokenDecoder makeByteLevelDecoder(const JsonFields&) {
    return [](Tokens& tokens) {
        std::string bytes;
        for (const std::string& token : tokens)
            if (!fromByteLevel(token, bytes)) bytes += token;
        tokens = {repairUtf8(bytes)};
    };
}

std::size_t lengthOf(const Tokens& tokens) {
    return std::accumulate(tokens.begin(), tokens.end(), std::size_t{0},
                           [](std::size_t sum, const std::string& token) { return sum + token.size(); });
}

TokenDecoder makeReplaceDecoder(const JsonFields& fields) {
    return [pattern = Pattern::fromJson(fields), content = fields.text("content")](Tokens& tokens) {
        // Of all tokens together: each within its own measure, ten thousand of them would take a gigabyte before anybody looked.
        std::size_t length = lengthOf(tokens);
        const TextGrowth growth(length);
        for (std::string& token : tokens) {
            const auto matches = pattern.findAll(token);
            growth.require(length += matches.size() * content.size());
            for (auto match = matches.rbegin(); match != matches.rend(); ++match)
                token.replace(match->first, match->second - match->first, content);
        }
    };
}

/// The byte that a token of the form <0xNN> stands for.
std::optional<char> fallbackByte(std::string_view token) {
    if (token.size() != 6 || !token.starts_with("<0x") || token.back() != '>') return {};
    unsigned value = 0;
    const auto [end, error] = std::from_chars(token.data() + 3, token.data() + 5, value, 16);
    if (error != std::errc() || end != token.data() + 5) return {};
    return static_cast<char>(value);
}

/// A run of byte tokens is one text if it is UTF-8, and one U+FFFD for each byte if it is not.
TokenDecoder makeByteFallback(const JsonFields&) {
    return [](Tokens& tokens) {
        Tokens result;
        std::string run;
        const auto finish = [&] {
            if (run.empty()) return;
            if (isValidUtf8(run))
                result.push_back(run);
            else
                result.insert(result.end(), run.size(), std::string(kReplacementCharacter));
            run.clear();
        };
        for (std::string& token : tokens) {
            if (const auto byte = fallbackByte(token)) {
                run += *byte;
                continue;
            }
            finish();
            result.push_back(std::move(token));
        }
        finish();
        tokens = std::move(result);
    };
}

TokenDecoder makeStripDecoder(const JsonFields& fields) {
    return [content = fields.text("content"), start = fields.countOr("start", 0),
            stop = fields.countOr("stop", 0)](Tokens& tokens) {
        if (content.empty()) return;
        for (std::string& token : tokens) {
            std::string_view rest = token;
            for (int i = 0; i < start && rest.starts_with(content); ++i) rest.remove_prefix(content.size());
            for (int i = 0; i < stop && rest.ends_with(content); ++i) rest.remove_suffix(content.size());
            token = std::string(rest);
        }
    };
}

TokenDecoder makeMetaspaceDecoder(const JsonFields& fields) {
    const bool prefix = fields.flagOr("add_prefix_space", true) && fields.textOr("prepend_scheme", "always") != "never";
    return [prefix, mark = metaspaceMark(fields)](Tokens& tokens) {
        for (std::size_t i = 0; i < tokens.size(); ++i) replaceAll(tokens[i], mark, i == 0 && prefix ? "" : " ");
    };
}

TokenDecoder makeBpe(const JsonFields& fields) {
    return [suffix = fields.textOr("suffix", "</w>")](Tokens& tokens) {
        if (suffix.empty()) return;
        for (std::size_t i = 0; i < tokens.size(); ++i) replaceAll(tokens[i], suffix, i + 1 == tokens.size() ? "" : " ");
    };
}

struct DecoderKind {
    std::string_view type;
    TokenDecoder (*make)(const JsonFields&);
};
constexpr std::array<DecoderKind, 7> kDecoderKinds{{
    {"ByteLevel", makeByteLevelDecoder},
    {"Replace", makeReplaceDecoder},
    {"ByteFallback", makeByteFallback},
    {"Fuse", makeFuse},
    {"Strip", makeStripDecoder},
    {"Metaspace", makeMetaspaceDecoder},
    {"BPEDecoder", makeBpe},
}};

/// All steps, those of sequences within sequences too, so that the growth of all together is seen.
void appendDecoders(const JsonFields& fields, std::vector<TokenDecoder>& steps) {
    const std::string type = fields.text("type");
    if (type == "Sequence") {
        for (const auto& step : fields.list("decoders")) appendDecoders(fields.child(step, "decoders"), steps);
        return;
    }
    for (const DecoderKind& kind : kDecoderKinds)
        if (kind.type == type) return steps.push_back(kind.make(fields));
    fields.unsupported("decoder \"" + type + "\" is not handled");
}

}  // namespace

TokenDecoder makeTokenDecoder(const JsonFields& fields) {
    std::vector<TokenDecoder> steps;
    appendDecoders(fields, steps);
    return [steps = std::move(steps)](Tokens& tokens) {
        const TextGrowth growth(lengthOf(tokens));
        for (const TokenDecoder& step : steps) {
            step(tokens);
            growth.require(lengthOf(tokens));
        }
    };
}

}  // namespace lorashear
