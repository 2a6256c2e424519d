#include "core/loadability/rules.h"

#include "core/base/error.h"
#include "core/io/strict_json.h"
#include "core/loadability/predicates.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace lorashear {

namespace embedded {
extern const char loadabilityRules[];
}

namespace {

using nlohmann::json;

constexpr int kVersion = 1;

struct Condition {
    const ShapePredicate* predicate;
    json parameter;
};

enum class Otherwise { Blocked, CustomCode, Note };

struct Rule {
    std::vector<Condition> when, require;
    Otherwise otherwise = Otherwise::Blocked;
    std::string sentence, source;
};

struct Runtime {
    std::string id, title;
    std::vector<Rule> rules;
};

[[noreturn]] void fail(const std::string& subject, const std::string& message) {
    throw Error(ErrorCode::BadInput, subject, message);
}

void requireKeys(const json& object, std::initializer_list<const char*> known, const std::string& subject) {
    if (!object.is_object()) fail(subject, "must be an object");
    for (const auto& item : object.items())
        if (std::none_of(known.begin(), known.end(), [&](const char* name) { return item.key() == name; }))
            fail(subject, "has an unknown key " + item.key());
}

std::string textOf(const json& object, const char* key, const std::string& subject) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string() || found->get<std::string>().empty())
        fail(subject, std::string("needs a text ") + key);
    return found->get<std::string>();
}

std::vector<Condition> conditionsOf(const json& object, const std::string& subject) {
    if (!object.is_object() || object.empty()) fail(subject, "must be an object of conditions");
    std::vector<Condition> conditions;
    for (const auto& [key, parameter] : object.items()) {
        const auto* predicate = shapePredicate(key);
        if (!predicate) fail(subject, "\"" + key + "\" is not a word of the rules");
        if (!predicate->accepts(parameter)) fail(subject, "\"" + key + "\" cannot take " + parameter.dump());
        conditions.push_back({predicate, parameter});
    }
    return conditions;
}

Otherwise otherwiseOf(const std::string& text, const std::string& subject) {
    if (text == "blocked") return Otherwise::Blocked;
    if (text == "custom-code") return Otherwise::CustomCode;
    if (text == "note") return Otherwise::Note;
    fail(subject, "otherwise is \"" + text + "\", allowed is blocked, custom-code or note");
}

Rule ruleOf(const json& object, const std::string& subject) {
    requireKeys(object, {"when", "require", "otherwise", "sentence", "source"}, subject);
    Rule rule;
    if (object.contains("when")) rule.when = conditionsOf(object.at("when"), subject + "/when");
    if (!object.contains("require")) fail(subject, "needs require");
    rule.require = conditionsOf(object.at("require"), subject + "/require");
    rule.otherwise = otherwiseOf(textOf(object, "otherwise", subject), subject);
    rule.sentence = textOf(object, "sentence", subject);
    rule.source = textOf(object, "source", subject);
    return rule;
}

std::optional<std::string> violation(const std::vector<Condition>& conditions, const ModelShape& shape) {
    for (const auto& [predicate, parameter] : conditions)
        if (auto found = predicate->violation(shape, parameter)) return found;
    return {};
}

LoadVerdict judge(const Runtime& runtime, const ModelShape& shape) {
    LoadVerdict verdict{runtime.id, runtime.title, Loads::Yes, {}, {}, {}, {}};
    for (const auto& rule : runtime.rules) {
        if (violation(rule.when, shape)) continue;
        const auto found = violation(rule.require, shape);
        if (!found) continue;
        if (rule.otherwise == Otherwise::Note) {
            verdict.notes.push_back(rule.sentence + " (" + *found + ")");
            continue;
        }
        const Loads loads = rule.otherwise == Otherwise::Blocked ? Loads::No : Loads::WithCustomCode;
        if (loads <= verdict.loads) continue;  // the hardest rule is the one to show
        verdict.loads = loads;
        verdict.rule = rule.sentence, verdict.detail = *found, verdict.source = rule.source;
    }
    return verdict;
}

/// One config.json serves all versions: what is written for our modelling file needs it in versions too that would take the shapes without.
void carry(LoadVerdict& verdict, Carrier carrier, const LoadVerdict& strict) {
    const bool reads = !verdict.id.starts_with("llamacpp");
    if (carrier == Carrier::CodeFolder && reads && verdict.loads == Loads::Yes) {
        verdict.loads = verdict.id == "vllm" ? Loads::No : Loads::WithCustomCode;  // which has classes of its own
        verdict.rule = "config.json is written for our modelling file, as transformers 5 needs it";
        verdict.detail = strict.loads == Loads::Yes ? "auto_map names it" : strict.detail;
        verdict.source = "resources/export/modeling_lorashear.py";
    }
    if (verdict.loads != Loads::WithCustomCode || (carrier != Carrier::PlainFolder && carrier != Carrier::GgufFile)) return;
    verdict.loads = Loads::No;
    verdict.detail +=
        carrier == Carrier::GgufFile ? "; a GGUF file carries no modelling file" : "; the folder has no modelling file";
}

}  // namespace

struct LoadabilityRules::Data {
    int revision = 0;
    std::vector<Runtime> runtimes;
};

LoadabilityRules::LoadabilityRules() : m_data(std::make_unique<Data>()) {}
LoadabilityRules::LoadabilityRules(LoadabilityRules&&) noexcept = default;
LoadabilityRules& LoadabilityRules::operator=(LoadabilityRules&&) noexcept = default;
LoadabilityRules::~LoadabilityRules() = default;

const char* loadsName(Loads loads) {
    switch (loads) {
        case Loads::Yes: return "ok";
        case Loads::WithCustomCode: return "custom-code";
        case Loads::No: return "blocked";
    }
    return "";
}

LoadabilityRules LoadabilityRules::parse(const std::string& text, const std::string& subject) {
    const json document = parseStrictJson(text, subject);
    requireKeys(document, {"version", "revision", "about", "runtimes"}, subject);
    if (document.value("version", 0) != kVersion) fail(subject, "is not of version " + std::to_string(kVersion));
    LoadabilityRules rules;
    rules.m_data->revision = document.value("revision", 0);
    if (!document.contains("runtimes") || !document.at("runtimes").is_array()) fail(subject, "needs a list of runtimes");
    for (const auto& entry : document.at("runtimes")) {
        requireKeys(entry, {"id", "title", "rules"}, subject + ": a runtime");
        Runtime runtime{textOf(entry, "id", subject + ": a runtime"), {}, {}};
        const std::string place = subject + ": " + runtime.id;
        runtime.title = textOf(entry, "title", place);
        if (!entry.contains("rules") || !entry.at("rules").is_array()) fail(place, "needs a list of rules");
        for (std::size_t i = 0; i < entry.at("rules").size(); ++i)
            runtime.rules.push_back(ruleOf(entry.at("rules")[i], place + "/" + std::to_string(i)));
        rules.m_data->runtimes.push_back(std::move(runtime));
    }
    return rules;
}

const LoadabilityRules& LoadabilityRules::builtin() {
    static const LoadabilityRules kRules = parse(embedded::loadabilityRules, "loadability.json");
    return kRules;
}

int LoadabilityRules::revision() const {
    return m_data->revision;
}

std::vector<std::string> LoadabilityRules::runtimes() const {
    std::vector<std::string> ids;
    for (const auto& runtime : m_data->runtimes) ids.push_back(runtime.id);
    return ids;
}

std::vector<LoadVerdict> LoadabilityRules::verdicts(const ModelShape& shape, Carrier carrier) const {
    std::vector<LoadVerdict> all;
    for (const auto& runtime : m_data->runtimes) all.push_back(judge(runtime, shape));
    const LoadVerdict strict = verdict(shape, "transformers5");
    if (carrier == Carrier::Export && strict.loads == Loads::WithCustomCode) carrier = Carrier::CodeFolder;
    for (LoadVerdict& one : all) carry(one, carrier, strict);
    return all;
}

LoadVerdict LoadabilityRules::verdict(const ModelShape& shape, const std::string& id) const {
    std::string known;
    for (const auto& runtime : m_data->runtimes) {
        if (runtime.id == id) return judge(runtime, shape);
        known.append(known.empty() ? "" : ", ").append(runtime.id);
    }
    throw Error(ErrorCode::Usage, id, "is not a program that the rules know", "known: " + known);
}

}  // namespace lorashear
