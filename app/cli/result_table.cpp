#include "app/cli/result_table.h"

#include "app/cli/progress_line.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <ostream>

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
    for (auto at = static_cast<int>(point == std::string::npos ? result.size() : point) - 3; at > (value < 0 ? 1 : 0); at -= 3)
        result.insert(static_cast<std::size_t>(at), 1, ',');
    return result;
}

void line(std::ostream& out, const std::string& title, const std::string& dense, const std::string& pruned, const std::string& recovered,
          const std::string& unit) {
    char text[200];
    std::snprintf(text, sizeof text, "  %-28s %14s %14s %14s  %s\n", title.c_str(), dense.c_str(), pruned.c_str(), recovered.c_str(), unit.c_str());
    out << text;
}

const json* cost(const json& rows, const std::string& name) {
    for (const json& row : rows)
        if (row.at("name") == name) return &row;
    return nullptr;
}

/// The final model of a result's table: "recovered", or "pruned" for a run without recovery.
const char* finalModel(const json& table) { return table.contains("recovered") ? "recovered" : "pruned"; }

/// A row that knows the original and the final model only.
void lineOfTwo(std::ostream& out, const std::string& title, const std::string& dense, const std::string& last, const json& table,
               const std::string& unit) {
    const bool recovered = table.contains("recovered");
    line(out, title, dense, recovered ? "" : last, recovered ? last : "", unit);
}

void printCosts(std::ostream& out, const json& costs) {
    for (const CostRow& row : kCosts) {
        const json* dense = cost(costs.at("dense"), row.name);
        const json* last = cost(costs.at(finalModel(costs)), row.name);
        if (dense == nullptr || last == nullptr) continue;
        lineOfTwo(out, row.title, number(dense->at("value").get<double>() / row.scale, row.digits),
                  number(last->at("value").get<double>() / row.scale, row.digits), costs, row.unit);
    }
}

void printTexts(std::ostream& out, const json& texts) {
    for (const auto& [name, dense] : texts.at("dense").items()) {
        const auto of = [&, text = name](const char* model) {
            const json& found = texts.at(model);
            return found.is_null() ? std::string() : number(found.at(text).at("perplexity").get<double>(), 3);
        };
        line(out, "perplexity of " + name, of("dense"), of("pruned"), of("recovered"), dense.at("protocol").get<std::string>());
    }
}

void printTasks(std::ostream& out, const json& tasks) {
    for (const auto& [name, dense] : tasks.at("dense").items())
        lineOfTwo(out, name + " (accuracy)", number(dense.at("acc").get<double>(), 3),
                  number(tasks.at(finalModel(tasks)).at(name).at("acc").get<double>(), 3), tasks, "");
}

}  // namespace

void printResultTable(std::ostream& out, const json& result, const std::string& folder) {
    out << "\n";
    line(out, "", "dense", "pruned", "recovered", "");
    printTexts(out, result.at("texts"));
    printTasks(out, result.at("tasks"));
    printCosts(out, result.at("costs"));
    const auto& groups = result.at("groups_removed");
    out << "\n  removed " << number(100 * result.at("ratio").get<double>(), 2) << " % of the parameters: "
        << groups.at("attention").get<long>() << " attention groups, " << groups.at("mlp").get<long>() << " MLP neurons\n";
    for (const char* model : {"dense", finalModel(result.at("samples"))}) {
        const auto text = result.at("samples").at(model).get<std::string>();
        if (!text.empty()) out << "\n  " << (std::string(model) == "dense" ? "before" : "after") << ": " << text << "\n";
    }
    out << "\n  " << durationText(result.at("seconds").get<double>()) << "; model in " << folder << "/model\n";
}

}  // namespace lorashear::app
