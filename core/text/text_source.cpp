#include "core/text/text_source.h"

#include "core/base/error.h"
#include "core/io/strict_json.h"
#include "core/text/named_text.h"
#include "core/text/source_reading.h"
#include "core/text/text_file.h"
#include "core/text/tokenizer.h"
#include "core/text/unicode_classes.h"
#include "core/text/utf8.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace lorashear {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr int kDeepestRecord = 64;  ///< levels of JSON

/// Paragraphs of a text whose lines come one after the other.
class Paragraphs {
public:
    void add(std::string_view lines) {
        forEachLine(lines, [this](std::string_view line, std::size_t) {
            if (isBlank(line)) return finish();
            if (!m_current.empty()) m_current += '\n';
            m_current += line;
        });
    }
    std::vector<Document> take() {
        finish();
        return std::move(m_documents);
    }

private:
    void finish() {
        if (!m_current.empty()) m_documents.push_back({{}, std::move(m_current)});
        m_current.clear();
    }

    std::vector<Document> m_documents;
    std::string m_current;
};

/// Where a record stands, for messages: a file and a line, or a file and the record's number.
struct Place {
    std::string subject, record;  ///< record: "record 3 ", or empty where the subject says it
    [[noreturn]] void refuse(const std::string& what, const std::string& hint = {}) const {
        throw Error(ErrorCode::BadInput, subject, record + what, hint);
    }
};

constexpr const char* kShapes =
    R"(read are {"text"}, {"instruction", "input", "output"} and {"prompt", "completion"}, one record a line or all in one array)";

/// A record's field; `needed` ones must be there.
std::string field(const Place& place, const json& record, const char* key, bool needed) {
    const auto found = record.find(key);
    if (found == record.end() || found->is_null()) {
        if (needed) place.refuse(std::string("has no \"") + key + "\"");
        return {};
    }
    if (!found->is_string()) place.refuse(std::string("has a \"") + key + "\" that is not a string");
    return found->get<std::string>();
}

Document textRecord(const Place& place, const json& record) {
    return {{}, field(place, record, "text", true)};
}

Document alpacaRecord(const Place& place, const json& record) {
    const std::string instruction = field(place, record, "instruction", true);
    std::string response = field(place, record, "output", true);
    const std::string input = field(place, record, "input", false);
    if (isBlank(instruction)) response.clear();  // nothing to learn from
    return {alpacaPrompt(instruction, input), std::move(response)};
}

Document completionRecord(const Place& place, const json& record) {
    std::string prompt = field(place, record, "prompt", true), completion = field(place, record, "completion", true);
    if (isBlank(prompt)) completion.clear();
    return {std::move(prompt), std::move(completion)};
}

Document conversation(const Place& place, const json&) {
    place.refuse("is a conversation of several turns, which is not read",
                 std::string(kShapes) + "; write each answer with what precedes it as a prompt and its completion");
}

/// A record's shape is known by the first of these keys that it has.
struct Shape {
    const char* key;
    Document (*read)(const Place& place, const json& record);
};
constexpr std::array<Shape, 5> kRecordShapes{{
    {"messages", conversation},
    {"conversations", conversation},
    {"instruction", alpacaRecord},
    {"prompt", completionRecord},
    {"text", textRecord},
}};

/// Records as they become documents.
struct Reading {
    const Control& control;
    LeftOut& leftOut;
    std::vector<Document> documents = {};
};

/// Appends the record's document; none where its text is blank. at: where it stands in its file.
void addRecord(const Place& place, const std::string& at, const json& record, Reading& reading) {
    ++reading.leftOut.of;
    if (!record.is_object()) place.refuse("is not an object", kShapes);
    for (const Shape& shape : kRecordShapes) {
        if (!record.contains(shape.key)) continue;
        if (Document document = shape.read(place, record); !isBlank(document.text))
            reading.documents.push_back(std::move(document));
        else if (reading.leftOut.records++ == 0)
            reading.leftOut.first = at;
        return;
    }
    std::string keys;
    for (const auto& [key, value] : record.items()) keys.append(keys.empty() ? "" : ", ").append("\"" + key + "\"");
    place.refuse("has no key that is known here" + (keys.empty() ? std::string() : ": it has " + keys), kShapes);
}

/// What often stands in such files and is no JSON.
std::string whyNoJson(std::string_view text) {
    for (const char* word : {"NaN", "Infinity"})
        if (text.find(word) != std::string_view::npos)
            return std::string("JSON has no ") + word + ": write null, or leave the key out";
    const auto isSurrogate = [&](std::size_t at) {
        return at + 3 < text.size() && (text[at + 2] == 'd' || text[at + 2] == 'D') &&
               std::string_view("89abAB cdefCDEF").find(text[at + 3]) != std::string_view::npos && text[at + 3] != ' ';
    };
    for (std::size_t at = text.find("\\u"); at != std::string_view::npos; at = text.find("\\u", at + 2))
        if (isSurrogate(at))
            return "a \\ud… that stands alone is half a character, which JSON readers refuse: write the record again, or take it out";
    return "the record is cut short or not JSON: see what wrote the file, or take the record out";
}

json parsed(const Place& place, std::string_view text, const Control& control) {
    try {
        return parseStrictJson(text, place.subject, JsonFrom::Person, kDeepestRecord, [&control] { control.poll(); });
    } catch (const Error& error) {
        if (error.code() == ErrorCode::Cancelled) throw;
        throw Error(error.code(), error.subject(), error.message(), whyNoJson(text));
    }
}

void readLines(const fs::path& path, std::string_view text, Reading& reading) {
    forEachLine(text, [&](std::string_view line, std::size_t number) {
        if (isBlank(line)) return;
        const Place place{path.string() + ":" + std::to_string(number), {}};
        addRecord(place, "line " + std::to_string(number), parsed(place, line, reading.control), reading);
    });
}

void readArray(const fs::path& path, std::string_view text, Reading& reading) {
    const json records = parsed({path.string(), {}}, text, reading.control);
    for (std::size_t i = 0; i < records.size(); ++i) {
        const std::string at = "record " + std::to_string(i);
        addRecord({path.string(), at + " "}, at, records[i], reading);
    }
}

/// An object on its first line is a line of records, whatever the file is called: much of what lies under .json is that.
bool beginsWithRecord(std::string_view text) {
    text.remove_prefix(text.find_first_not_of(" \t\r\n\f\v"));
    const std::string_view line = text.substr(0, text.find('\n'));
    const json first = json::parse(line, nullptr, false);
    return first.is_object() && std::any_of(kRecordShapes.begin(), kRecordShapes.end(),
                                            [&](const Shape& shape) { return first.contains(shape.key); });
}

void readRecords(const fs::path& path, std::string_view text, Reading& reading) {
    if (text[text.find_first_not_of(" \t\r\n\f\v")] == '[') return readArray(path, text, reading);
    if (beginsWithRecord(text)) return readLines(path, text, reading);
    parsed({path.string(), {}}, text, reading.control);  // what is no JSON is refused as that
    throw Error(ErrorCode::BadInput, path.string(), "is not an array of records", kShapes);
}

void readJsonLines(const fs::path& path, std::string_view text, Reading& reading) {
    text[text.find_first_not_of(" \t\r\n\f\v")] == '[' ? readArray(path, text, reading) : readLines(path, text, reading);
}

struct Format {
    SourceFormat format;
    std::string_view ending;                                    ///< in small letters
    void (*read)(const fs::path&, std::string_view, Reading&);  ///< null: paragraphs
};

constexpr std::array<Format, 6> kFormats{{
    {SourceFormat::Text, ".txt", nullptr},
    {SourceFormat::JsonLines, ".jsonl", readJsonLines},
    {SourceFormat::JsonLines, ".ndjson", readJsonLines},
    {SourceFormat::JsonLines, ".jsonlines", readJsonLines},
    {SourceFormat::JsonLines, ".jl", readJsonLines},
    {SourceFormat::Alpaca, ".json", readRecords},
}};

/// Files that are no text, or whose separators and quotes would be trained on as if they were.
struct NotRead {
    std::string_view ending;
    const char* what;
};
constexpr std::array<NotRead, 16> kNotRead{{
    {".csv", "a table"},
    {".tsv", "a table"},
    {".xlsx", "a table"},
    {".parquet", "a Parquet file"},
    {".arrow", "an Arrow file"},
    {".feather", "an Arrow file"},
    {".gz", "compressed"},
    {".zst", "compressed"},
    {".bz2", "compressed"},
    {".xz", "compressed"},
    {".zip", "compressed"},
    {".7z", "compressed"},
    {".pdf", "a PDF file"},
    {".docx", "a Word file"},
    {".pkl", "a Python pickle"},
    {".db", "a database"},
}};

std::string endingOf(const fs::path& path) {
    std::string ending = path.extension().string();
    for (char& c : ending)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return ending;
}

/// Endings that the table does not know (.raw, .tokens, none) are text: that is what such files are.
const Format& formatOf(const fs::path& path, SourceFormat wanted) {
    const std::string ending = endingOf(path);
    for (const Format& format : kFormats)
        if (wanted == SourceFormat::Auto ? ending == format.ending : wanted == format.format) return format;
    return kFormats.front();
}

void refuseUnread(const fs::path& path) {
    const std::string ending = endingOf(path);
    for (const NotRead& known : kNotRead)
        if (ending == known.ending)
            throw Error(ErrorCode::BadInput, path.string(), std::string("is ") + known.what + ", which is not read",
                        std::string("give UTF-8 text, or JSON: ") + kShapes);
}

}  // namespace

std::string LeftOut::note(const std::string& file) const {
    if (records == 0) return {};
    return file + ": " + std::to_string(records) + " of " + std::to_string(of) +
           (records == 1 ? " records is left out: it has" : " records are left out: they have") +
           " nothing to learn from: a blank output, instruction or text (the first: " + first + ")";
}

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

std::string readWholeText(const fs::path& path, const Control& control) {
    std::string result;
    TextFile(path, control).read([&result](std::string_view lines) { result.append(lines); });
    return result;
}

std::string readWholeText(const fs::path& path) {
    return readWholeText(path, Control{});
}

std::vector<Document> readDocuments(const fs::path& path, SourceFormat format, const Control& control, LeftOut* leftOut) {
    if (format == SourceFormat::Auto) refuseUnread(path);
    LeftOut unasked;
    Reading reading{control, leftOut ? *leftOut : unasked};
    if (const Format& known = formatOf(path, format); known.read) {
        known.read(path, readWholeText(path, control), reading);
    } else {
        Paragraphs paragraphs;
        TextFile(path, control).read([&paragraphs](std::string_view lines) { paragraphs.add(lines); });
        reading.documents = paragraphs.take();
    }
    if (reading.documents.empty()) throw Error(ErrorCode::BadInput, path.string(), "holds no documents");
    return std::move(reading.documents);
}

std::vector<Document> readDocuments(const fs::path& path, SourceFormat format) {
    return readDocuments(path, format, Control{});
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
        throw Error(ErrorCode::BadInput, kUnnamedText,
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
