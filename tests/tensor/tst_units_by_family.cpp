// resources/help/units-by-family.md says what the program does: which units go in which family, equally whichever way they are taken away, and
// what opens the result. With LORASHEAR_WRITE_HELP in the environment the page is written instead of compared.
#include "core/export/gguf_layout.h"
#include "core/io/atomic_file.h"
#include "core/io/gguf_architecture.h"
#include "core/loadability/rules.h"
#include "core/plan/unit_table.h"
#include "tests/tensor/family_configs.h"
#include "tests/tensor/unit_outcomes.h"

#include <ATen/Parallel.h>

#include <QtTest>

#include <array>
#include <map>
#include <sstream>

namespace tst_units_by_family {

using namespace lorashear;
using namespace lorashear::testing;
using nlohmann::json;

namespace {

const std::filesystem::path kPage = std::filesystem::path(LORASHEAR_SOURCE_DIR) / "resources/help/units-by-family.md";

/// Notes below a table, numbered as they come.
class Notes {
public:
    std::string mark(const std::string& text) {
        auto found = std::find(m_texts.begin(), m_texts.end(), text);
        if (found == m_texts.end()) found = m_texts.insert(m_texts.end(), text);
        return " (" + std::to_string(found - m_texts.begin() + 1) + ")";
    }
    std::string list() const {
        std::string text;
        for (std::size_t i = 0; i < m_texts.size(); ++i)
            text.append(i == 0 ? "" : "\n").append(std::to_string(i + 1)).append(". ").append(m_texts[i]);
        return text.empty() ? "" : "\n" + text + "\n";
    }

private:
    std::vector<std::string> m_texts;
};

struct Line {
    std::string family;
    std::vector<std::string> cells;
};

/// Families with the same cells share a line.
std::string tableOf(const std::vector<Line>& lines) {
    std::ostringstream out;
    out << "| `model_type` |";
    for (const auto& unit : unitCases()) out << " " << unit.title << " |";
    out << "\n|---|";
    for (std::size_t i = 0; i < unitCases().size(); ++i) out << "---|";
    out << "\n";
    for (auto line = lines.begin(); line != lines.end(); ++line) {
        const auto alike = [&](const Line& other) { return other.cells == line->cells; };
        if (std::any_of(lines.begin(), line, alike)) continue;
        std::string names;
        for (const auto& other : lines)
            if (alike(other)) names.append(names.empty() ? "`" : ", `").append(other.family).append("`");
        out << "| " << names << " |";
        for (const auto& cell : line->cells) out << " " << cell << " |";
        out << "\n";
    }
    return out.str();
}

std::vector<FamilyConfig> configsOf(const std::string& family) {
    std::vector<FamilyConfig> all;
    for (const auto& one : familyConfigs()) {
        auto config = json::parse(one.json);
        if (config.at("model_type") != family) continue;
        all.push_back(one);
        if (!config.contains("num_key_value_heads") ||
            config.value("num_attention_heads", 0) != config["num_key_value_heads"])
            continue;
        config.update({{"num_attention_heads", 4}, {"num_key_value_heads", 2}});
        all.push_back({one.name + ", heads that share", config.dump()});
    }
    return all;
}

/// "layers.0.attention cannot be cut: why" without what differs from model to model, and of several reasons without those that alone would be none here.
std::string plainReason(const std::string& message) {
    constexpr std::string_view kCannot = " cannot be cut: ", kBetween = "; ";
    const auto at = message.find(kCannot);
    const std::string all = at == std::string::npos ? message : message.substr(at + kCannot.size());
    std::string kept;
    for (std::size_t begin = 0; begin < all.size();) {
        const auto end = std::min(all.find(kBetween, begin), all.size());
        const auto one = all.substr(begin, end - begin);
        if (!one.starts_with("one group runs through") && !one.starts_with("tied: "))
            kept.append(kept.empty() ? "" : kBetween).append(one);
        begin = end + kBetween.size();
    }
    return kept.empty() ? all : kept;
}

// ---- which units go -------------------------------------------------------------------------------------------------------

/// Over the ways that a family can be: by unit.
struct FamilyOutcome {
    std::vector<UnitOutcome> best;
    std::vector<std::string> elsewhere;  ///< of what goes in one way: why not in another
};

FamilyOutcome outcomesOf(const std::string& family, std::vector<std::string>& wrong) {
    FamilyOutcome all{std::vector<UnitOutcome>(unitCases().size()), std::vector<std::string>(unitCases().size())};
    for (const auto& one : configsOf(family)) {
        const StoredModel stored(parseConfig(one.json, one.name));
        for (std::size_t u = 0; u < unitCases().size(); ++u) {
            const auto outcome = outcomeOf(stored, unitCases()[u]);
            if (!outcome.wrong.empty()) wrong.push_back(one.name + ", " + unitCases()[u].title + ": " + outcome.wrong);
            if (outcome.kind == UnitOutcome::Kind::Refused) all.elsewhere[u] = one.name + ": " + plainReason(outcome.reason);
            if (outcome.kind > all.best[u].kind) all.best[u] = outcome;
        }
    }
    return all;
}

std::string cellOf(const FamilyOutcome& outcomes, std::size_t unit, Notes& notes) {
    const auto& best = outcomes.best[unit];
    switch (best.kind) {
        case UnitOutcome::Kind::Absent: return "–";
        case UnitOutcome::Kind::Refused: return "no" + notes.mark(plainReason(best.reason));
        case UnitOutcome::Kind::Equal: break;
    }
    const std::string cell = (best.masked ? "equal" : "equal, no mask") + (best.but.empty() ? "" : notes.mark(best.but));
    return outcomes.elsewhere[unit].empty() ? cell : cell + notes.mark("not in " + outcomes.elsewhere[unit]);
}

// ---- what opens the result ----------------------------------------------------------------------------------------------------

/// The same family in sizes that stand to each other as in published models: what programs ask of sizes is then met wherever it can be. plain: without
/// windows, biases, clipping and heads that are turned in part, where the family can be without.
std::string inUsualSizes(const std::string& config, bool plain) {
    auto sizes = json::parse(config);
    const auto set = [&](std::initializer_list<const char*> keys, int value) {
        for (const char* key : keys)
            if (sizes.contains(key)) sizes[key] = value;
    };
    set({"hidden_size", "n_embd"}, 320);
    set({"intermediate_size", "ffn_dim", "n_inner", "ffn_hidden_size", "moe_intermediate_size"}, 640);
    set({"num_attention_heads", "n_head"}, 8);
    set({"num_key_value_heads", "num_kv_heads"}, 4);
    set({"head_dim", "lorashear_head_dim"}, 40);
    set({"num_experts", "num_local_experts"}, 8);
    set({"num_hidden_layers", "n_layer"}, 4);
    for (const char* key : {"word_embed_proj_dim", "layer_types", "no_rope_layers", "mlp_only_layers"}) sizes.erase(key);
    if (plain)
        for (const char* key :
             {"sliding_window", "use_sliding_window", "attention_bias", "mlp_bias", "partial_rotary_factor", "clip_qkv"})
            sizes.erase(key);
    if (plain && sizes.at("model_type") == "olmoe")  // as the published ones are
        for (const char* key : {"norm_topk_prob", "num_key_value_heads"}) sizes.erase(key);
    return sizes.dump();
}

/// What one program says to a model: the better the higher.
struct Answer {
    enum class Kind { Absent, No, Code, Yes } kind = Kind::Absent;
    std::string word, rule;  ///< word: for the cell, instead of yes, no …
};

using Asked = Answer (*)(const ModelConfig& after);

template <const char* const& program>
Answer byRules(const ModelConfig& after) {
    const auto verdict = LoadabilityRules::builtin().verdict(shapeOf(after), program);
    switch (verdict.loads) {
        case Loads::Yes: return {Answer::Kind::Yes, "yes", {}};
        case Loads::WithCustomCode: return {Answer::Kind::Code, "file", verdict.rule};
        case Loads::No: break;
    }
    return {Answer::Kind::No, "no", verdict.rule};
}

/// The architecture that our writer chooses; what it does to fit.
Answer asGguf(const ModelConfig& after) {
    try {
        const std::string architecture(ggufArchitectureFor(after).id);
        if (!after.factors.empty())  // as exports say (core/export/builtin_writers.cpp)
            return {Answer::Kind::No, "no", "factored linears are multiplied out first (export `merged`), then written"};
        if (!ggufNeedsPadding(after)) return {Answer::Kind::Yes, architecture, {}};
        ggufCommonShape(after);
        return {
            Answer::Kind::Code, architecture + " + zeros",
            "its architecture takes one size for all layers, or heads that fill the hidden size: our writer fills up with zeros"};
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Unsupported) throw;
        const bool family = error.message().starts_with("models of family");
        return {Answer::Kind::No, "no", family ? "the family is not written as GGUF" : error.message()};
    }
}

const char* const kTransformers5 = "transformers5";
const char* const kTransformers4 = "transformers4";
const char* const kPeft = "peft";

struct Export {
    const char *title, *about;
    Asked ask;
};
const std::array kExports{
    Export{
        "Hugging Face folder, transformers 5",
        "yes: stock transformers opens it; file: with our modelling file beside it (`trust_remote_code`); no: our own programs, GGUF or zeros.",
        byRules<kTransformers5>},
    Export{"Hugging Face folder, transformers 4", "The same of version 4.", byRules<kTransformers4>},
    Export{"GGUF", "The architecture of llama.cpp that the writer chooses.", asGguf},
    Export{"PEFT", "Adapters for the smaller model, on the stock class or on our modelling file.", byRules<kPeft>},
};

/// What is left of one model without each unit, by unit and extent; nothing where it has none or it is refused.
using Leftovers = std::map<std::pair<const UnitCase*, Extent>, ModelConfig>;

Leftovers leftoversOf(const ModelConfig& config) {
    Leftovers all;
    const auto structure = traceStructure(config);
    for (const UnitCase& unit : unitCases())
        for (const Extent extent : {Extent::EveryLayer, Extent::OneLayer}) {
            const auto edits = unit.edits(config, structure, extent);
            if (edits.empty() || (extent == Extent::OneLayer && !unit.layered)) continue;
            try {
                all.emplace(std::pair(&unit, extent), blueprintOf(config, structure, edits).config);
            } catch (const Error& error) {  // the first table says why
                if (error.code() != ErrorCode::Unsupported && error.code() != ErrorCode::BadInput) throw;
            }
        }
    return all;
}

/// One entry for each way that the family can be.
std::vector<Leftovers> waysOf(const std::string& family) {
    std::vector<Leftovers> all;
    for (const auto& one : configsOf(family))
        for (const bool plain : {true, false}) {
            try {
                all.push_back(leftoversOf(parseConfig(inUsualSizes(one.json, plain), one.name)));
            } catch (const Error& error) {  // families that have windows in any case
                if (!plain) throw;
            }
        }
    return all;
}

Answer answerOf(const std::vector<Leftovers>& ways, const UnitCase& unit, Extent extent, Asked ask) {
    Answer best;
    for (const auto& way : ways)
        if (const auto left = way.find({&unit, extent}); left != way.end())
            if (const auto answer = ask(left->second); answer.kind > best.kind) best = answer;
    return best;
}

/// "yes", or "yes / file": where every layer loses as much as the others / where one alone loses some.
std::string exportCell(const std::vector<Leftovers>& ways, const UnitCase& unit, Asked ask, Notes& notes) {
    const auto even = answerOf(ways, unit, Extent::EveryLayer, ask);
    const auto text = [&](const Answer& answer) {
        return answer.rule.empty() ? answer.word : answer.word + notes.mark(answer.rule);
    };
    if (even.kind == Answer::Kind::Absent) return "–";
    if (!unit.layered) return text(even);
    const auto one = answerOf(ways, unit, Extent::OneLayer, ask);
    const auto first = text(even), second = text(one);
    return first == second ? first : first + " / " + second;
}

std::string exportTable(const Export& target, const std::map<std::string, std::vector<Leftovers>>& ways) {
    Notes notes;
    std::vector<Line> lines;
    for (const auto& family : families()) {
        auto& line = lines.emplace_back(Line{family.id, {}});
        for (const auto& unit : unitCases()) line.cells.push_back(exportCell(ways.at(family.id), unit, target.ask, notes));
    }
    return std::string("\n### ") + target.title + "\n\n" + target.about + "\n\n" + tableOf(lines) + notes.list();
}

std::string unitTableText(std::vector<std::string>& wrong) {
    Notes notes;
    std::vector<Line> lines;
    for (const auto& family : families()) {
        const auto outcomes = outcomesOf(family.id, wrong);
        auto& line = lines.emplace_back(Line{family.id, {}});
        for (std::size_t u = 0; u < unitCases().size(); ++u) line.cells.push_back(cellOf(outcomes, u, notes));
    }
    return tableOf(lines) + notes.list();
}

std::string page(std::vector<std::string>& wrong) {
    std::string text =
        "# Units by family\n\n"
        "<!-- Made by one command, never by hand: LORASHEAR_WRITE_HELP=1 build/ci/tests/tensor/tst_units_by_family\n"
        "     (without the variable it compares, in every test run). -->\n\n"
        "What of a model can be taken away, by `model_type` in config.json ([families.md](families.md)). Half of each unit was taken from random models of\n"
        "every family in every way that the family can be; nothing here is written by hand.\n\n"
        "\"Equal\": the same logits by masks, cut in memory, and cut from file to file. \"No mask\": there is no preview; instead of a mask, zeros in the place of\n"
        "channels, the logits of the tokens that stay, or the factors multiplied out give the same logits as the cut. \"–\": models of the family have none, or it\n"
        "is part of another unit (a query head with a key of its own is a KV group; all neurons stand in experts). Attention, MLP and block are left out whole.\n\n";
    text += unitTableText(wrong);
    text +=
        "\n## What opens the result\n\n"
        "Asked of the rules of `lorashear loadable` and of the GGUF writer, for models in usual proportions (hidden size = heads x head size, sizes divisible by 32).\n"
        "Half of each unit goes: \"a / b\" is a where every layer loses as much as the others, b where one layer alone does. Of the ways that a family can be (windows, biases,\n"
        "stretched positions) the one that opens best counts; `lorashear loadable MODEL` tells it of a model at hand, with what sizes must be.\n";
    std::map<std::string, std::vector<Leftovers>> ways;
    for (const auto& family : families()) ways[family.id] = waysOf(family.id);
    for (const auto& target : kExports) text += exportTable(target, ways);
    return text;
}

}  // namespace

class TestUnitsByFamily : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }  // models are tiny

    void everyUnitHasAColumn() {
        for (const Unit& unit : unitTable()) {
            const auto isOfIt = [&](const UnitCase& column) { return column.unit == unit.id; };
            QVERIFY2(std::any_of(unitCases().begin(), unitCases().end(), isOfIt),
                     (unit.id + ": has no column; add its edits to unitCases() and write the page again").c_str());
        }
        for (const UnitCase& column : unitCases())
            QVERIFY2(column.unit.empty() || findUnit(column.unit), (column.title + ": is of a unit that is gone").c_str());
    }

    void thePageIsWhatHappens() {
        std::vector<std::string> wrong;
        const auto text = page(wrong);
        for (const auto& one : wrong) qWarning("%s", one.c_str());
        QVERIFY(wrong.empty());
        if (qEnvironmentVariableIsSet("LORASHEAR_WRITE_HELP")) writeFile(kPage, text);
        QCOMPARE(QString::fromStdString(readFile(kPage)), QString::fromStdString(text));
    }
};

}  // namespace tst_units_by_family

QTEST_APPLESS_MAIN(tst_units_by_family::TestUnitsByFamily)
#include "tst_units_by_family.moc"
