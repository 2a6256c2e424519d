#include "core/io/strict_json.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/io/stand_in.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <unordered_set>
#include <vector>

namespace lorashear {

namespace {

using nlohmann::json;

/// Watches nlohmann's parser from its callback: one set of keys for each object that is open.
class Watcher {
public:
    Watcher(const std::string& subject, int maxDepth, const std::function<void()>& meanwhile)
        : m_subject(subject), m_maxDepth(maxDepth), m_meanwhile(meanwhile) {}

    bool operator()(int, json::parse_event_t event, json& value) {
        switch (event) {
            case json::parse_event_t::object_start:
            case json::parse_event_t::array_start: enter(); break;
            case json::parse_event_t::object_end:
            case json::parse_event_t::array_end: m_open.pop_back(); break;
            case json::parse_event_t::key: meet(value.get_ref<const std::string&>()); break;
            case json::parse_event_t::value: break;
        }
        return true;
    }

private:
    void enter() {
        if (m_meanwhile) m_meanwhile();
        if (static_cast<int>(m_open.size()) >= m_maxDepth)
            throw Error(ErrorCode::BadInput, m_subject,
                        "JSON is nested deeper than " + std::to_string(m_maxDepth) + " levels");
        m_open.emplace_back();
    }
    void meet(const std::string& key) {
        if (!m_open.back().insert(key).second)
            throw Error(ErrorCode::BadInput, m_subject, "JSON has the key \"" + key + "\" twice in one object");
    }

    const std::string& m_subject;
    int m_maxDepth;
    const std::function<void()>& m_meanwhile;
    std::vector<std::unordered_set<std::string>> m_open;
};

const char* adviceFor(JsonFrom from) {
    switch (from) {
        case JsonFrom::Download: return "the file may be cut short or damaged: fetch it again";
        case JsonFrom::Person: return "a comma, a quote or a bracket is wrong or missing there, or the file is cut short";
        case JsonFrom::Program:
            return "this program wrote it, and it was changed or cut short since: restore it, or begin anew in another folder";
    }
    return "";
}

/// Python's JSON writes numbers that are none in words of its own.
std::string_view pythonNumberAt(std::string_view text, std::size_t at) {
    for (const std::string_view word : {"NaN", "Infinity"})
        if (text.substr(std::min(at, text.size()), word.size()) == word) return word;
    return {};
}

/// A byte counts from 1, as the parser's.
std::string placeOf(std::string_view text, std::size_t byte) {
    const std::string_view before = text.substr(0, std::min(byte > 0 ? byte - 1 : 0, text.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    return "byte " + std::to_string(byte) + (text.find('\n') < text.size() ? " (line " + std::to_string(line) + ")" : "");
}

}  // namespace

nlohmann::json parseStrictJson(std::string_view text, const std::string& subject, JsonFrom from, int maxDepth,
                               const std::function<void()>& meanwhile) {
    refuseStandIn(text, subject);
    Watcher watcher(subject, maxDepth, meanwhile);
    try {
        return json::parse(text.begin(), text.end(), [&watcher](int depth, json::parse_event_t event, json& value) {
            return watcher(depth, event, value);
        });
    } catch (const json::parse_error& error) {
        const std::string place = placeOf(text, error.byte);
        if (const auto word = error.byte > 0 ? pythonNumberAt(text, error.byte - 1) : ""; !word.empty())
            throw Error(ErrorCode::BadInput, subject,
                        "has " + std::string(word) + " at " + place + ", which Python writes and JSON does not know",
                        "write a number in its place, or null");
        throw Error(ErrorCode::BadInput, subject, "is not valid JSON at " + place, adviceFor(from));
    } catch (const json::exception&) {
        throw Error(ErrorCode::BadInput, subject, "has a number in its JSON that is out of range");
    }
}

std::string jsonText(const nlohmann::json& value) {
    const std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        const auto next = at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : 0U;
        const bool isPair = byte == 0xc2 && next < 0xa0;  // U+0080 to U+009F; they can stand only within strings
        if (!isPair && byte != 0x7f) {
            result += text[at];
            continue;
        }
        const unsigned code = isPair ? next : byte;
        constexpr std::string_view kDigits = "0123456789abcdef";
        result.append("\\u00").append(1, kDigits[code >> 4]).append(1, kDigits[code & 0xf]);
        at += isPair;
    }
    return result;
}

std::string withoutPythonNumbers(std::string_view text) {
    std::string result;
    bool quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto word = quoted ? std::string_view() : pythonNumberAt(text, at);
        if (word.empty()) {
            result += text[at];
            if (text[at] == '"') quoted = !quoted;
            if (quoted && text[at] == '\\' && at + 1 < text.size()) result += text[++at];
            continue;
        }
        if (result.ends_with('-')) result.pop_back();
        result += "null";
        at += word.size() - 1;
    }
    return result;
}

nlohmann::json jsonObjectIfThere(const std::filesystem::path& path) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored)) return json::object();
    json value = parseStrictJson(readFile(path), path.string());
    return value.is_object() ? value : json::object();
}

}  // namespace lorashear
