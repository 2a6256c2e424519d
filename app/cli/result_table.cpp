#include "app/cli/result_table.h"

#include "app/cli/progress_line.h"
#include "core/base/stage.h"
#include "core/plan/unit_table.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <ostream>
#include <utility>

namespace lorashear::app {

namespace {

using nlohmann::json;

struct CostRow {
    const char* name;
    const char* title;
    double scale;
    int digits;
    const char* unit;
};
constexpr std::array<CostRow, 6> kCosts{{{"parameters", "parameters", 1, 0, ""},
                                         {"weight_bytes", "weights", 1e6, 2, "MB"},
                                         {"flops_per_token", "work per token", 1e6, 3, "MFLOP"},
                                         {"kv_cache_bytes_per_token", "KV cache per token", 1, 0, "B"},
                                         {"prefill_speed", "prefill (measured)", 1, 0, "tokens/s"},
                                         {"decode_speed", "decode (measured)", 1, 0, "tokens/s"}}};

std::string number(double value, int digits) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    std::string result = text;
    const auto point = result.find('.');
    for (auto at = static_cast<int>(point == std::string::npos ? result.size() : point) - 3; at > (value < 0 ? 1 : 0);
         at -= 3)
        result.insert(static_cast<std::size_t>(at), 1, ',');
    return result;
}

/// One row: what it is, three models, how much of the original is left in the last one, and a unit or protocol.
struct Row {
    std::string title, dense, pruned, recovered, kept, unit;
};

void line(std::ostream& out, const Row& row) {
    char text[256];
    std::snprintf(text, sizeof text, "  %-28s %14s %14s %14s %10s  %s\n", row.title.c_str(), row.dense.c_str(),
                  row.pruned.c_str(), row.recovered.c_str(), row.kept.c_str(), row.unit.c_str());
    out << text;
}

/// A share that may be missing (results of older versions) or null.
std::string percent(const json& retention, const std::string& pointer) {
    const json::json_pointer at(pointer);
    return retention.contains(at) && retention.at(at).is_number() ? number(100 * retention.at(at).get<double>(), 1) + " %"
                                                                  : std::string();
}

/// A key as a part of a JSON pointer: names of texts are the user's.
std::string escaped(const std::string& key) {
    std::string result;
    for (const char c : key) result += c == '~' ? std::string("~0") : c == '/' ? std::string("~1") : std::string(1, c);
    return result;
}

const json* cost(const json& rows, const std::string& name) {
    for (const json& row : rows)
        if (row.at("name") == name) return &row;
    return nullptr;
}

/// The final model of a result's table: "recovered", or "pruned" for a run without recovery.
const char* finalModel(const json& table) {
    return table.contains(roleName(ModelRole::Recovered)) ? roleName(ModelRole::Recovered) : roleName(ModelRole::Pruned);
}

/// A row that knows the original and the final model only.
void lineOfTwo(std::ostream& out, Row row, const std::string& last, const json& table) {
    (table.contains(roleName(ModelRole::Recovered)) ? row.recovered : row.pruned) = last;
    line(out, row);
}

void printCosts(std::ostream& out, const json& costs, const json& retention) {
    for (const CostRow& row : kCosts) {
        const json* dense = cost(costs.at(roleName(ModelRole::Dense)), row.name);
        const json* last = cost(costs.at(finalModel(costs)), row.name);
        if (dense == nullptr || last == nullptr) continue;
        const auto cell = [&](const json& found) { return number(found.at("value").get<double>() / row.scale, row.digits); };
        lineOfTwo(out, {row.title, cell(*dense), {}, {}, percent(retention, std::string("/costs/") + row.name), row.unit},
                  cell(*last), costs);
    }
}

void printTexts(std::ostream& out, const json& texts, const json& retention) {
    for (const auto& [name, dense] : texts.at(roleName(ModelRole::Dense)).items()) {
        const auto of = [&, text = name](const char* model) {
            const json& found = texts.at(model);
            return found.is_null() ? std::string() : number(found.at(text).at("perplexity").get<double>(), 3);
        };
        line(out, {"perplexity of " + name, of(roleName(ModelRole::Dense)), of(roleName(ModelRole::Pruned)),
                   of(roleName(ModelRole::Recovered)), percent(retention, "/perplexity/" + escaped(name)),
                   dense.at("protocol").get<std::string>()});
    }
}

/// What the same training makes of the original, in its column.
void printAdapted(std::ostream& out, const json& result) {
    if (!result.contains(roleName(ModelRole::Adapted)) || result.at(roleName(ModelRole::Adapted)).is_null()) return;
    for (const auto& [name, text] : result.at(roleName(ModelRole::Adapted)).at("texts").items()) {
        const double now = text.at("perplexity").get<double>();
        const double last = result.at("texts").at(finalModel(result.at("costs"))).at(name).at("perplexity").get<double>();
        line(out, {"  the original trained as long", number(now, 3), {}, {}, number(100 * now / last, 1) + " %", name});
    }
}

void printTasks(std::ostream& out, const json& tasks, const json& retention) {
    const json& last = tasks.at(finalModel(tasks));
    for (const auto& [name, dense] : tasks.at(roleName(ModelRole::Dense)).items())
        lineOfTwo(out,
                  {name + " (accuracy)",
                   number(dense.at("acc").get<double>(), 3),
                   {},
                   {},
                   percent(retention, "/tasks/" + name + "/acc"),
                   {}},
                  number(last.at(name).at("acc").get<double>(), 3), tasks);
}

/// Exports that the recipe asked for and that are not there.
void printRefused(std::ostream& out, const json& exports) {
    for (const json& one : exports) {
        if (!one.contains("refused")) continue;
        const std::string hint = one.value("hint", std::string());
        out << "  not exported as " << one.at("format").get<std::string>() << ": " << one.at("refused").get<std::string>()
            << (hint.empty() ? "" : ". " + hint) << "\n";
    }
}

}  // namespace

void printResultTable(std::ostream& out, const json& result, const std::string& folder) {
    out << "\n";
    line(out,
         {"", roleName(ModelRole::Dense), roleName(ModelRole::Pruned), roleName(ModelRole::Recovered), "retention", ""});
    const json retention =
        result.contains("retention") ? result.at("retention").at(finalModel(result.at("costs"))) : json::object();
    printTexts(out, result.at("texts"), retention);
    printTasks(out, result.at("tasks"), retention);
    printAdapted(out, result);
    printCosts(out, result.at("costs"), retention);
    out << "\n  removed " << number(100 * result.at("ratio").get<double>(), 2) << " % of the parameters";
    const char* before = ": ";
    for (const auto& [id, count] : result.at("groups_removed").items()) {
        const Unit* unit = findUnit(id);
        out << std::exchange(before, ", ") << count.get<long>() << " " << (unit ? unit->many : id);
    }
    out << "\n";
    for (const char* model : {roleName(ModelRole::Dense), finalModel(result.at("samples"))}) {
        const auto text = result.at("samples").at(model).get<std::string>();
        if (!text.empty())
            out << "\n  " << (std::string(model) == roleName(ModelRole::Dense) ? "before" : "after") << ": " << text << "\n";
    }
    out << "\n  " << durationText(result.at("seconds").get<double>()) << "; model in " << folder << "/model\n";
    printRefused(out, result.value("exports", json::array()));
}

}  // namespace lorashear::app
