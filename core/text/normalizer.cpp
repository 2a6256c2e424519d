#include "core/text/normalizer.h"

#include "core/base/error.h"
#include "core/text/byte_level.h"
#include "core/text/json_fields.h"
#include "core/text/pattern.h"
#include "core/text/text_growth.h"
#include "core/text/unicode_classes.h"
#include "core/text/utf8.h"

#include <nlohmann/json.hpp>

#include <unicode/bytestream.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <array>
#include <string_view>
#include <vector>

namespace lorashear {

namespace {

using FormGetter = const icu::Normalizer2* (*)(UErrorCode&);

template <FormGetter getForm>
Normalizer makeForm(const JsonFields& fields) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* form = getForm(status);
    if (U_FAILURE(status)) fields.unsupported("Unicode normal forms are not available in this ICU");
    return [form](std::string& text) {
        UErrorCode code = U_ZERO_ERROR;
        std::string result;
        icu::StringByteSink<std::string> sink(&result);
        form->normalizeUTF8(0, text, sink, nullptr, code);
        if (U_FAILURE(code)) throw Error(ErrorCode::Internal, "Unicode normal form", u_errorName(code));
        text = std::move(result);
    };
}

Normalizer makePrepend(const JsonFields& fields) {
    return [prefix = fields.text("prepend")](std::string& text) {
        if (!text.empty()) text.insert(0, prefix);
    };
}

Normalizer makeReplace(const JsonFields& fields) {
    return [pattern = Pattern::fromJson(fields), content = fields.text("content")](std::string& text) {
        const auto matches = pattern.findAll(text);
        if (matches.empty()) return;
        std::string result;
        const std::size_t longest = text.size() + matches.size() * content.size();
        TextGrowth(text.size()).require(longest);
        result.reserve(longest);
        std::size_t at = 0;
        for (const auto& [begin, end] : matches) {
            result.append(text, at, begin - at);
            result += content;
            at = end;
        }
        result.append(text, at);
        text = std::move(result);
    };
}

/// Calls use(codePoint, itsText) for every character and collects what use returns.
template <typename Map>
Normalizer mapCharacters(Map map) {
    return [map](std::string& text) {
        std::string result;
        result.reserve(text.size());
        for (std::size_t at = 0; at < text.size();) {
            const CodePoint c = codePointAt(text, at);
            map(c.value, std::string_view(text).substr(at, c.bytes), result);
            at += c.bytes;
        }
        text = std::move(result);
    };
}

/// Character by character, without the context rules (final sigma), as the reference does.
Normalizer makeLowercase(const JsonFields&) {
    return mapCharacters([](char32_t c, std::string_view, std::string& out) {
        if (c < 0x80) {
            out += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
            return;
        }
        icu::UnicodeString(static_cast<UChar32>(c)).toLower(icu::Locale::getRoot()).toUTF8String(out);
    });
}

Normalizer makeStripAccents(const JsonFields&) {
    return mapCharacters([](char32_t c, std::string_view text, std::string& out) {
        if (!isMark(c)) out += text;
    });
}

Normalizer makeStrip(const JsonFields& fields) {
    return [left = fields.flagOr("strip_left", true), right = fields.flagOr("strip_right", true)](std::string& text) {
        std::size_t begin = 0, end = text.size();
        while (left && begin < end && isWhiteSpace(codePointAt(text, begin).value)) begin += codePointAt(text, begin).bytes;
        while (right && end > begin && isWhiteSpace(codePointBefore(text, end).value))
            end -= codePointBefore(text, end).bytes;
        text = text.substr(begin, end - begin);
    };
}

/// The rules of SentencePiece's "nmt" normalization: control characters go, unusual spaces become spaces.
Normalizer makeNmt(const JsonFields&) {
    return mapCharacters([](char32_t c, std::string_view text, std::string& out) {
        const bool dropped =
            (c >= 0x01 && c <= 0x08) || c == 0x0B || (c >= 0x0E && c <= 0x1F) || c == 0x7F || c == 0x8F || c == 0x9F;
        const bool space = c == 0x09 || c == 0x0A || c == 0x0C || c == 0x0D || c == 0x1680 || (c >= 0x200B && c <= 0x200F) ||
                           c == 0x2028 || c == 0x2029 || c == 0x2581 || c == 0xFEFF || c == 0xFFFD;
        if (space)
            out += ' ';
        else if (!dropped)
            out += text;
    });
}

Normalizer makeByteLevelNormalizer(const JsonFields&) {
    return [](std::string& text) { text = toByteLevel(text); };
}

const icu::Normalizer2* nfc(UErrorCode& code) {
    return icu::Normalizer2::getNFCInstance(code);
}
const icu::Normalizer2* nfd(UErrorCode& code) {
    return icu::Normalizer2::getNFDInstance(code);
}
const icu::Normalizer2* nfkc(UErrorCode& code) {
    return icu::Normalizer2::getNFKCInstance(code);
}
const icu::Normalizer2* nfkd(UErrorCode& code) {
    return icu::Normalizer2::getNFKDInstance(code);
}

struct NormalizerKind {
    std::string_view type;
    Normalizer (*make)(const JsonFields&);
};
constexpr std::array<NormalizerKind, 11> kNormalizerKinds{{
    {"Prepend", makePrepend},
    {"Replace", makeReplace},
    {"NFC", makeForm<nfc>},
    {"NFD", makeForm<nfd>},
    {"NFKC", makeForm<nfkc>},
    {"NFKD", makeForm<nfkd>},
    {"Lowercase", makeLowercase},
    {"Strip", makeStrip},
    {"StripAccents", makeStripAccents},
    {"Nmt", makeNmt},
    {"ByteLevel", makeByteLevelNormalizer},
}};

/// All steps, those of sequences within sequences too, so that the growth of all together is seen.
void appendSteps(const JsonFields& fields, std::vector<Normalizer>& steps) {
    const std::string type = fields.text("type");
    if (type == "Sequence") {
        for (const auto& step : fields.list("normalizers")) appendSteps(fields.child(step, "normalizers"), steps);
        return;
    }
    for (const NormalizerKind& kind : kNormalizerKinds)
        if (kind.type == type) return steps.push_back(kind.make(fields));
    fields.unsupported("normalizer \"" + type + "\" is not handled");
}

}  // namespace

Normalizer makeNormalizer(const JsonFields& fields) {
    std::vector<Normalizer> steps;
    appendSteps(fields, steps);
    return [steps = std::move(steps)](std::string& text) {
        const TextGrowth growth(text.size());
        for (const Normalizer& step : steps) {
            step(text);
            growth.require(text.size());
        }
    };
}

}  // namespace lorashear
