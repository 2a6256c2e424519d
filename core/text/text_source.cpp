#include "core/text/text_source.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/io/strict_json.h"
#include "core/text/tokenizer.h"
#include "core/text/unicode_classes.h"
#include "core/text/utf8.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace lorashear {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::string_view kBom = "\xEF\xBB\xBF";

bool isBlank(std::string_view line) {
    return line.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

[[noreturn]] void refuse(const fs::path& path, std::size_t line, const std::string& what) {
    throw Error(ErrorCode::BadInput, path.string() + ":" + std::to_string(line), what);
}

/// Calls use(line, number) for every line, without its end ("\n" or "\r\n").
template <typename Use>
void forEachLine(std::string_view text, Use use) {
    std::size_t number = 1;
    for (std::size_t at = 0; at < text.size(); ++number) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string_view line = text.substr(at, end - at);
        if (line.ends_with('\r')) line.remove_suffix(1);
        use(line, number);
        at = end + 1;
    }
}

std::vector<Document> readText(const fs::path&, std::string_view text) {
    std::vector<Document> documents;
    std::string current;
    const auto finish = [&] {
        if (!current.empty()) documents.push_back({{}, std::move(current)});
        current.clear();
    };
    forEachLine(text, [&](std::string_view line, std::size_t) {
        if (isBlank(line)) return finish();
        if (!current.empty()) current += '\n';
        current += line;
    });
    finish();
    return documents;
}

std::vector<Document> readJsonLines(const fs::path& path, std::string_view text) {
    std::vector<Document> documents;
    forEachLine(text, [&](std::string_view line, std::size_t number) {
        if (isBlank(line)) return;
        const json record = parseStrictJson(line, path.string() + ":" + std::to_string(number));
        const auto found = record.is_object() ? record.find("text") : record.end();
        if (found == record.end() || !found->is_string()) refuse(path, number, "has no \"text\" that is a string");
        if (auto& value = found->get_ref<const std::string&>(); !isBlank(value)) documents.push_back({{}, value});
    });
    return documents;
}

/// A record's field; `needed` ones must be there and not blank.
std::string field(const fs::path& path, const json& record, std::size_t number, const char* key, bool needed) {
    const std::string where = "record " + std::to_string(number) + " ";
    const auto found = record.find(key);
    if (found == record.end() || found->is_null()) {
        if (needed) throw Error(ErrorCode::BadInput, path.string(), where + "has no \"" + key + "\"");
        return {};
    }
    if (!found->is_string())
        throw Error(ErrorCode::BadInput, path.string(), where + "has a \"" + key + "\" that is not a string");
    return found->get<std::string>();
}

std::vector<Document> readAlpaca(const fs::path& path, std::string_view text) {
    const json records = parseStrictJson(text, path.string());
    if (!records.is_array())
        throw Error(ErrorCode::BadInput, path.string(), "is not a JSON array of {\"instruction\", \"input\", \"output\"}");
    std::vector<Document> documents;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (!records[i].is_object())
            throw Error(ErrorCode::BadInput, path.string(), "record " + std::to_string(i) + " is not an object");
        const std::string instruction = field(path, records[i], i, "instruction", true);
        const std::string response = field(path, records[i], i, "output", true);
        if (isBlank(instruction) || isBlank(response)) continue;  // nothing to learn from
        documents.push_back({alpacaPrompt(instruction, field(path, records[i], i, "input", false)), response});
    }
    return documents;
}

struct Format {
    SourceFormat format;
    std::string_view ending;
    std::vector<Document> (*read)(const fs::path&, std::string_view);
};

constexpr std::array<Format, 3> kFormats{{
    {SourceFormat::Text, ".txt", readText},
    {SourceFormat::JsonLines, ".jsonl", readJsonLines},
    {SourceFormat::Alpaca, ".json", readAlpaca},
}};

/// Endings that the table does not know (.raw, .tokens, none) are text: that is what such files are.
const Format& formatOf(const fs::path& path, SourceFormat wanted) {
    const std::string ending = path.extension().string();
    for (const Format& format : kFormats)
        if (wanted == SourceFormat::Auto ? ending == format.ending : wanted == format.format) return format;
    return kFormats.front();
}

}  // namespace

std::string alpacaPrompt(const std::string& instruction, const std::string& input) {
    if (isBlank(input))
        return "Below is an instruction that describes a task. Write a response that appropriately completes the request.\n\n"
               "### Instruction:\n" +
               instruction + "\n\n### Response:\n";
    return "Below is an instruction that describes a task, paired with an input that provides further context. "
           "Write a response that appropriately completes the request.\n\n"
           "### Instruction:\n" +
           instruction + "\n\n### Input:\n" + input + "\n\n### Response:\n";
}

std::string readWholeText(const fs::path& path) {
    const std::string bytes = readFile(path);
    std::string_view text = bytes;
    if (text.starts_with(kBom)) text.remove_prefix(kBom.size());
    if (text.find('\0') != std::string_view::npos)
        throw Error(ErrorCode::BadInput, path.string(), "holds zero bytes, so it is not UTF-8 text",
                    "convert it to UTF-8 text first (UTF-16 files look like this)");
    std::string result = repairUtf8(text);
    if (result.find_first_not_of(" \t\r\n\f\v") == std::string::npos)
        throw Error(ErrorCode::BadInput, path.string(), "holds no text");
    return result;
}

std::vector<Document> readDocuments(const fs::path& path, SourceFormat format) {
    const std::string text = readWholeText(path);
    std::vector<Document> documents = formatOf(path, format).read(path, text);
    if (documents.empty()) throw Error(ErrorCode::BadInput, path.string(), "holds no documents");
    return documents;
}

SourceFormat resolvedFormat(const fs::path& path, SourceFormat format) {
    return formatOf(path, format).format;
}

std::string withoutIrregularCharacters(const std::string& text) {
    const std::string valid = repairUtf8(text);
    std::string result;
    result.reserve(valid.size());
    for (std::size_t at = 0; at < valid.size();) {
        const CodePoint c = codePointAt(valid, at);
        if (!isIrregular(c.value)) result.append(valid, at, c.bytes);
        at += c.bytes;
    }
    return result;
}

std::vector<Document> withoutShortParagraphs(std::vector<Document> documents, const Tokenizer& tokenizer, int minTokens) {
    std::vector<Document> kept;
    for (Document& document : documents) {
        document.prompt = withoutIrregularCharacters(document.prompt);
        document.text = withoutIrregularCharacters(document.text);
        const bool isLong = !document.prompt.empty() ||
                            tokenizer.encode(document.text).size() > static_cast<std::size_t>(std::max(0, minTokens));
        if (isLong && !isBlank(document.text)) kept.push_back(std::move(document));
    }
    return kept;
}

std::vector<Sequence> windowsOf(const Tokenizer& tokenizer, const std::string& text, int window, bool bos, int maxWindows) {
    if (window < 2) throw Error(ErrorCode::Usage, "window", "must be at least 2 tokens");
    if (bos && tokenizer.bosId() < 0)
        throw Error(ErrorCode::BadInput, "tokenizer", "has no BOS token, but windows shall begin with one", "leave BOS out");
    const std::vector<int> ids = tokenizer.encode(text);
    const std::size_t lead = bos ? 1 : 0;
    const std::size_t body = static_cast<std::size_t>(window) - lead;
    if (ids.size() + lead < 2 || ids.empty())
        throw Error(ErrorCode::BadInput, "text",
                    "gives " + std::to_string(ids.size()) + " tokens, too few to predict anything", "use a longer text");

    const auto cut = [&](std::size_t begin, std::size_t count) {
        Sequence sequence;
        if (bos) sequence.ids.push_back(tokenizer.bosId());
        const auto first = ids.begin() + static_cast<std::ptrdiff_t>(begin);
        sequence.ids.insert(sequence.ids.end(), first, first + static_cast<std::ptrdiff_t>(count));
        sequence.lossMask.assign(sequence.ids.size() - 1, true);
        return sequence;
    };
    std::vector<Sequence> windows;
    for (std::size_t at = 0; at + body <= ids.size(); at += body) {
        if (maxWindows > 0 && windows.size() == static_cast<std::size_t>(maxWindows)) break;
        windows.push_back(cut(at, body));
    }
    if (windows.empty()) windows.push_back(cut(0, ids.size()));
    return windows;
}

}  // namespace lorashear
