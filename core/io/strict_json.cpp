#include "core/io/strict_json.h"

#include "core/base/error.h"
#include "core/io/stand_in.h"

#include <nlohmann/json.hpp>

#include <unordered_set>
#include <vector>

namespace lorashear {

namespace {

using nlohmann::json;

/// Watches nlohmann's parser from its callback: one set of keys for each object that is open.
class Watcher {
public:
    Watcher(const std::string& subject, int maxDepth) : m_subject(subject), m_maxDepth(maxDepth) {}

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
    std::vector<std::unordered_set<std::string>> m_open;
};

}  // namespace

nlohmann::json parseStrictJson(std::string_view text, const std::string& subject, int maxDepth) {
    refuseStandIn(text, subject);
    Watcher watcher(subject, maxDepth);
    try {
        return json::parse(text.begin(), text.end(), [&watcher](int depth, json::parse_event_t event, json& value) {
            return watcher(depth, event, value);
        });
    } catch (const json::parse_error& error) {
        throw Error(ErrorCode::BadInput, subject, "is not valid JSON at byte " + std::to_string(error.byte),
                    "the file may be cut short or damaged: fetch it again");
    } catch (const json::exception&) {
        throw Error(ErrorCode::BadInput, subject, "has a number in its JSON that is out of range");
    }
}

}  // namespace lorashear
