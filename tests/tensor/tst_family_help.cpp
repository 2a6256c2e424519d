// resources/help/families.md says what the tables say: families, what can be removed from them, what opens the result. With LORASHEAR_WRITE_HELP
// in the environment the page is written instead of compared.
#include "core/io/atomic_file.h"
#include "core/io/gguf_architecture.h"
#include "core/loadability/rules.h"
#include "core/model/family.h"
#include "core/trace/tracer.h"
#include "tests/tensor/family_configs.h"

#include <QtTest>
#include <nlohmann/json.hpp>

#include <array>
#include <filesystem>
#include <map>
#include <regex>
#include <sstream>

namespace tst_family_help {

using namespace lorashear;
using lorashear::testing::familyConfigs;

namespace {

const std::filesystem::path kSource = LORASHEAR_SOURCE_DIR;

/// "5.23.0": what the tests against the real programs are pinned to.
std::string pinned(const char* file) {
    const auto text = readFile(kSource / "packaging/interop" / file);
    std::smatch found;
    return std::regex_search(text, found, std::regex("transformers==([0-9.]+)")) ? found[1].str() : std::string();
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text.append(text.empty() ? "" : ", ").append(word);
    return text.empty() ? "–" : text;
}

/// Units of which training (first) or edits alone (second) can remove some, in any model of a family.
std::pair<std::string, std::string> units(const std::string& family) {
    constexpr std::array kUnits{std::pair{UnitKind::Attention, "KV groups"}, std::pair{UnitKind::QueryHeads, "query heads"},
                                std::pair{UnitKind::Mlp, "neurons"}, std::pair{UnitKind::Experts, "experts"},
                                std::pair{UnitKind::Hidden, "channels"}};
    std::map<UnitKind, std::pair<bool, bool>> can;
    for (const auto& one : familyConfigs()) {
        auto json = nlohmann::json::parse(one.json);
        if (json.at("model_type") != family) continue;
        if (json.contains("num_key_value_heads"))
            json.update({{"num_attention_heads", 4}, {"num_key_value_heads", 2}});  // heads that share
        for (const auto& group : traceStructure(parseConfig(json.dump(), one.name)).nodeGroups) {
            auto& [trained, cut] = can[group.unit];
            trained = trained || group.prunable, cut = cut || group.cuttable;
        }
    }
    std::vector<std::string> trained, cut;
    for (const auto& [unit, name] : kUnits)
        if (can[unit].second) (can[unit].first ? trained : cut).emplace_back(name);
    return {joined(trained), joined(cut)};
}

Loads loads(const std::string& family, const std::vector<LayerShape>& layers) {
    const ModelShape shape{family, 64, 8, 512, layers, false, 0};
    return LoadabilityRules::builtin().verdict(shape, "transformers5").loads;
}

std::string architectures(const std::string& family) {
    std::vector<std::string> ids;
    for (const auto& one : ggufArchitectures())
        if (one.family == (family == "mistral" ? "llama" : family)) ids.emplace_back(one.id);
    return joined(ids);
}

std::string page() {
    std::ostringstream out;
    out << "# Model families\n\n"
           "What opens here, by `model_type` in config.json, from a Hugging Face folder (or the text part of a model that reads images too: Gemma 3, Mistral 3).\n"
           "Every family is compared with transformers "
        << pinned("set5.txt") << " and " << pinned("set4.txt")
        << ": the same logits on random models, and what is exported opens there.\n"
           "Others are refused with the nearest family and what differs. This page is made from the tables (`tst_family_help`).\n\n"
           "Columns: what a run can remove step by step; what edits can remove at once besides; whether stock transformers opens a model with fewer\n"
           "heads in every layer, and one whose layers differ in size; the architectures of llama.cpp that GGUF files have.\n\n"
           "| `model_type` | models | runs remove | edits also | fewer heads | layers that differ | GGUF |\n"
           "|---|---|---|---|---|---|---|\n";
    for (const auto& family : families()) {
        const auto [trained, cut] = units(family.id);
        const bool fewer = loads(family.id, {{4, 2, 32}, {4, 2, 32}}) == Loads::Yes;
        const bool code = loads(family.id, {{8, 4, 32}, {8, 4, 24}}) == Loads::WithCustomCode;
        out << "| `" << family.id << "` | " << family.models << " | " << trained << " | " << cut << " | "
            << (fewer ? "yes" : "zeros in their place") << " | " << (code ? "our modelling file, or zeros" : "zeros")
            << " | " << architectures(family.id) << " |\n";
    }
    return out.str();
}

}  // namespace

class TestFamilyHelp : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyFamilySaysItsModels() {
        for (const auto& family : families()) QVERIFY2(!family.models.empty(), family.id.c_str());
    }

    void thePageIsTheTables() {
        const auto file = kSource / "resources/help/families.md";
        const auto text = page();
        if (qEnvironmentVariableIsSet("LORASHEAR_WRITE_HELP")) writeFile(file, text);
        QVERIFY(!pinned("set5.txt").empty() && !pinned("set4.txt").empty());
        QCOMPARE(QString::fromStdString(readFile(file)), QString::fromStdString(text));
    }
};

}  // namespace tst_family_help

QTEST_APPLESS_MAIN(tst_family_help::TestFamilyHelp)
#include "tst_family_help.moc"
