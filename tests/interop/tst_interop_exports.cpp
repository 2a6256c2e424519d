// Prunes the checkpoints that transformers wrote, exports them every way, reads adapters that peft wrote and writes some back;
// check_exports.py and check_adapters.py load all of it in the real programs.
#include "core/adapters/adapter_folder.h"
#include "core/base/error.h"
#include "core/compact/factorise.h"
#include "core/compact/group_masks.h"
#include "core/edits/apply.h"
#include "core/export/export.h"
#include "core/export/hf_folder.h"
#include "core/export/sliced_copy.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/loadability/rules.h"
#include "core/model/family.h"
#include "core/trace/tracer.h"
#include "tests/tensor/bias_checks.h"
#include "tests/tensor/pruning_records.h"
#include "tests/tensor/random_models.h"

#include <QtTest>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>

namespace tst_interop_exports {

using namespace lorashear;
using namespace lorashear::testing;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

fs::path root() {
    const char* folder = std::getenv("LORASHEAR_INTEROP");
    return folder ? fs::path(folder) : fs::path();
}

std::vector<fs::path> foldersWith(const fs::path& parent, const char* file) {
    std::vector<fs::path> all;
    if (fs::exists(parent))
        for (const auto& entry : fs::directory_iterator(parent))
            if (fs::exists(entry.path() / file)) all.push_back(entry.path());
    std::sort(all.begin(), all.end());
    return all;
}

std::vector<GroupRef> lastOnes(const NodeGroup& group, int many) {
    std::vector<GroupRef> refs;
    for (int j = 0; j < many; ++j) refs.push_back({group.id, (group.count - 1 + 5 * j) % group.count});
    return refs;
}

/// Five neurons of each layer, and as few attention groups as the strictest program allows.
std::vector<GroupRef> evenly(const ModelConfig& config, const Structure& structure) {
    std::vector<int> counts(structure.nodeGroups.size(), 0);
    int heads = 0, most = 1 << 20;
    for (const auto& group : structure.nodeGroups)
        if (group.unit == UnitKind::Attention) most = std::min(most, group.prunable ? group.count : 1);
    for (int goes = 1; goes < most && heads == 0; ++goes) {
        for (const auto& group : structure.nodeGroups)
            if (group.unit == UnitKind::Attention) counts[static_cast<std::size_t>(group.id)] = goes;
        if (LoadabilityRules::builtin().verdict(shapeAfter(config, structure, counts), "transformers5").loads == Loads::Yes)
            heads = goes;
    }
    std::vector<GroupRef> removed;
    for (const auto& group : structure.nodeGroups) {
        const int many = !group.prunable                     ? 0
                         : group.unit == UnitKind::Attention ? heads
                         : group.unit == UnitKind::Mlp       ? 5
                         : group.unit == UnitKind::Experts   ? 1
                                                             : 0;
        for (const auto& ref : lastOnes(group, many)) removed.push_back(ref);
    }
    return removed;
}

/// Another number in every layer. Attention groups stay where a family cannot hold fewer.
std::vector<GroupRef> unevenly(const Structure& structure) {
    std::vector<GroupRef> removed;
    for (const auto& group : structure.nodeGroups) {
        const bool attention = group.unit == UnitKind::Attention, experts = group.unit == UnitKind::Experts;
        if (!group.prunable || (!attention && !experts && group.unit != UnitKind::Mlp)) continue;
        const int many = attention ? (group.count > 1 ? group.layer % 2 : 0)
                         : experts ? group.layer % 2
                                   : 3 + 4 * group.layer + std::max(0, group.withinGroup);
        for (const auto& ref : lastOnes(group, many)) removed.push_back(ref);
    }
    return removed;
}

json numbers(const at::Tensor& logits) {
    const auto flat = logits.contiguous().to(at::kFloat).flatten();
    return std::vector<float>(flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel());
}

std::vector<Sequence> sequenceOf(const at::Tensor& ids) {
    Sequence sequence;
    for (std::int64_t i = 0; i < ids.size(1); ++i) sequence.ids.push_back(static_cast<int>(ids[0][i].item<std::int64_t>()));
    sequence.lossMask.assign(sequence.ids.size() - 1, true);
    return {sequence};
}

std::vector<std::vector<std::int64_t>> rowsOfIds(const at::Tensor& ids) {
    std::vector<std::vector<std::int64_t>> rows;
    for (std::int64_t r = 0; r < ids.size(0); ++r)
        rows.emplace_back(ids[r].contiguous().const_data_ptr<std::int64_t>(),
                          ids[r].contiguous().const_data_ptr<std::int64_t>() + ids.size(1));
    return rows;
}

/// One list of edits for every unit and compression that the model can have, by a name for the folder.
std::vector<std::pair<std::string, Edits>> oneOfEachKind(const ModelConfig& config, const Structure& structure) {
    std::vector<std::pair<std::string, Edits>> all;
    Edits heads;
    for (const auto& group : structure.nodeGroups)
        if (group.unit == UnitKind::QueryHeads) heads.push_back(RemoveGroups{group.name, {group.count - 1}});
    if (!heads.empty()) all.emplace_back("query-heads", heads);
    if (const auto* hidden = structure.find("hidden"); hidden && hidden->cuttable) {
        // As few channels as leave what stock programs open; two where nothing does.
        Edits channels{RemoveGroups{"hidden", {0, hidden->count - 1}}};
        for (int many = 1; many < hidden->count / 2; ++many) {
            std::vector<int> goes;
            for (int j = 0; j < many; ++j) goes.push_back(j * 2);
            auto shape = shapeOf(config);
            shape.hidden -= many;
            if (LoadabilityRules::builtin().verdict(shape, "transformers5").loads != Loads::Yes) continue;
            channels = {RemoveGroups{"hidden", goes}};
            break;
        }
        all.emplace_back("channels", channels);
    }
    std::vector<int> keep;
    for (int id = 0; id < config.vocabulary; ++id)
        if (id % 3 != 1 || id == config.bosId || std::count(config.eosIds.begin(), config.eosIds.end(), id))
            keep.push_back(id);
    all.emplace_back("vocabulary", Edits{TrimVocabulary{keep}});
    Edits factors;
    for (const auto& [name, size] : structure.linears) {
        const int blocks = factors.size() % 2 == 0 ? 1 : 2, rank = std::min(3, largestSavingRank(size.out, size.in, blocks));
        if (rank > 0) factors.push_back(FactorLinear{name, {rank, blocks}});
    }
    if (!factors.empty()) all.emplace_back("factors", factors);
    if (structure.parts.at(0).mlp.tensors.empty() || structure.parts.at(1).attention.tensors.empty()) return all;
    Edits parts{DropPart{0, BlockPart::Attention}, DropPart{1, BlockPart::Mlp}};
    if (config.layers.size() > 2)
        parts.push_back(DropPart{static_cast<int>(config.layers.size()) - 1, BlockPart::Attention});
    all.emplace_back("sub-layers", parts);
    if (config.normsFirst) all.emplace_back("block", Edits{DropPart{1, BlockPart::Block}});
    return all;
}

/// Of a family in the registry, or with a part that is: their own test says when one is missing.
bool isKnown(const fs::path& checkpoint) {
    try {
        parseConfig(readFile(checkpoint / "config.json"), "config.json");
        return true;
    } catch (const Error&) {
        return false;
    }
}

/// Whether a shape opens there: what the rules say must be what happens.
Loads loads(const ModelConfig& config, const char* program = "transformers5") {
    return LoadabilityRules::builtin().verdict(shapeOf(config), program).loads;
}

/// What check_exports.py compares; transformers 4 must refuse what the rules say it does not open, or compute something else.
void expect(const fs::path& folder, const at::Tensor& ids, const at::Tensor& logits, bool code, bool uneven) {
    const auto config = parseConfig(readFile(folder / "config.json"), "config.json");
    writeFile(folder / "expected.json", json{{"ids", rowsOfIds(ids)},
                                             {"logits", numbers(logits)},
                                             {"code", code},
                                             {"only5", loads(config, "transformers4") == Loads::No},
                                             {"uneven", uneven}}
                                            .dump());
}

}  // namespace

class TestInteropExports : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QVERIFY2(foldersWith(root() / "families", "reference.json").size() >= 20,
                 "LORASHEAR_INTEROP names no folder with families");
        fs::remove_all(root() / "exports");
        fs::remove_all(root() / "written-adapters");
    }

    void exportsOfEveryFamily_data() {
        QTest::addColumn<QString>("folder");
        for (const auto& path : foldersWith(root() / "families", "reference.json"))
            if (path.filename().string().ends_with("-tf5") && isKnown(path))
                QTest::newRow(path.filename().c_str()) << QString::fromStdString(path.string());
    }
    void exportsOfEveryFamily() {
        QFETCH(QString, folder);
        const fs::path source(folder.toStdString());
        const auto dense = loadModel(Checkpoint::open(source));
        const auto structure = traceStructure(dense->config());
        const auto ids = randomIds(dense->config().vocabulary, 2, 30, 3);
        int written = 0;
        for (const bool even : {true, false}) {
            auto removed = even ? evenly(dense->config(), structure) : unevenly(structure);
            std::sort(removed.begin(), removed.end());
            removed.erase(std::unique(removed.begin(), removed.end()), removed.end());
            const auto small = sliceModel(*dense, structure, removed);
            const auto record = recordOf(structure, removed);
            for (const char* format : {"huggingface", "huggingface-code", "padded", "zeroed"}) {
                const bool vanilla = loads(small->config()) == Loads::Yes;
                if (std::string(format) == "huggingface" && !vanilla) continue;
                if (std::string(format) == "huggingface-code" && (even || loads(small->config()) == Loads::No)) continue;
                const auto out = root() / "exports" / (source.filename().string() + (even ? "-even-" : "-uneven-") + format);
                try {
                    writeExport(format, {*small, source, record}, out, sequenceOf(ids), {});
                } catch (const Error& error) {
                    // Padding is refused only where no equal shape opens either; zeros where experts have gone.
                    const bool experts = dense->config().routing.expertsPerToken > 0 && std::string(format) == "zeroed";
                    QVERIFY2((experts || std::string(format) == "padded") && error.code() == ErrorCode::Unsupported,
                             error.what());
                    continue;
                }
                const bool code = std::string(format) == "huggingface-code";
                expect(out, ids, logitsOf(*small, ids), code, !even);
                ++written;
            }
        }
        QVERIFY(written >= (dense->config().routing.expertsPerToken > 0 ? 2 : 3));
    }

    void editedCopies_data() { exportsOfEveryFamily_data(); }
    // Cut from file to file: what the real program computes from the copy is what the model cut in memory computes.
    void editedCopies() {
        QFETCH(QString, folder);
        const fs::path source(folder.toStdString());
        const auto checkpoint = Checkpoint::open(source);
        const auto dense = loadModel(checkpoint);
        const auto structure = traceStructure(dense->config());
        for (const auto& [name, edits] : oneOfEachKind(dense->config(), structure)) {
            const auto blueprint = blueprintOf(dense->config(), structure, edits);
            const auto ids = randomIds(blueprint.config.vocabulary, 2, 30, 3);
            const auto verdict = loads(blueprint.config);
            if (verdict == Loads::No) continue;  // families without a class in our file
            const auto out = root() / "exports" / (source.filename().string() + "-edits-" + name);
            writeEditedCopy(checkpoint, blueprint, out, {source, "F32", 5'000'000'000, verdict != Loads::Yes}, {}, {});
            const auto logits = logitsOf(*applyEdits(*dense, blueprint), ids);
            const bool code = verdict != Loads::Yes;
            expect(out, ids, logits, code, name == "factors" || name == "sub-layers");
        }
    }

    void addedBiases_data() { exportsOfEveryFamily_data(); }
    // Biases that repairs add (FLAP): stock classes read them by the key that the family's config.json has for them.
    void addedBiases() {
        QFETCH(QString, folder);
        const fs::path source(folder.toStdString());
        const auto dense = loadModel(Checkpoint::open(source));
        const auto biased = withAddedBiases(*dense, 4);
        if (!biased || loads(biased->config()) != Loads::Yes) return;  // tst_families says which must have some
        const auto ids = randomIds(dense->config().vocabulary, 2, 30, 3);
        const auto out = root() / "exports" / (source.filename().string() + "-biases");
        writeExport("huggingface", {*cloneModel(*biased), source, PruningRecord{}}, out, sequenceOf(ids), {});
        expect(out, ids, logitsOf(*biased, ids), false, false);
    }

    void factoredExports_data() { exportsOfEveryFamily_data(); }
    // Two thin linears for every second one, low rank and in blocks: with our modelling file as they are, merged for stock classes.
    void factoredExports() {
        QFETCH(QString, folder);
        const fs::path source(folder.toStdString());
        const auto dense = loadModel(Checkpoint::open(source));
        const auto ids = randomIds(dense->config().vocabulary, 2, 30, 3);
        for (const int blocks : {1, 2}) {
            Factors factors;
            for (std::size_t i = 0; i < dense->linears().size(); i += 2)
                if (const auto* linear = dense->linears()[i]; linear->in() % blocks == 0 && linear->out() % blocks == 0)
                    factors[linear->name] = {
                        std::max(1, static_cast<int>(std::min(linear->in(), linear->out())) / (3 * blocks)), blocks};
            if (factors.empty()) continue;
            const auto factored = factorModel(*dense, factors);
            const auto verdict = LoadabilityRules::builtin().verdict(shapeOf(factored->config()), "transformers5");
            QVERIFY2(verdict.loads != Loads::Yes, verdict.detail.c_str());
            for (const char* format : {"huggingface-code", "merged"}) {
                const bool code = std::string(format) == "huggingface-code";
                if (code && verdict.loads == Loads::No) continue;  // families without a class in our file
                const auto out =
                    root() / "exports" / (source.filename().string() + (blocks == 1 ? "-lowrank-" : "-blocks-") + format);
                writeExport(format, {*factored, source, PruningRecord{}}, out, sequenceOf(ids), {});
                expect(out, ids, logitsOf(*factored, ids), code, code);
                if (!code) continue;
                const auto tuned = cloneModel(*factored);
                disturb(*tuned, 5);
                for (auto* linear : tuned->linears()) linear->rowScale = at::Tensor();
                writeAdapterCase(out.filename().string(), out, true, adapterOf(*tuned), *factored, ids);
            }
        }
    }

    void adaptersOfPeft_data() {
        QTest::addColumn<QString>("folder");
        for (const auto& path : foldersWith(root() / "adapters", "reference.json"))
            if (isKnown(json::parse(readFile(path / "reference.json")).at("base").get<std::string>()))
                QTest::newRow(path.filename().c_str()) << QString::fromStdString(path.string());
    }
    void adaptersOfPeft() {
        QFETCH(QString, folder);
        const fs::path source(folder.toStdString());
        const auto reference = json::parse(readFile(source / "reference.json"));
        const fs::path base = reference.at("base").get<std::string>();
        const auto dense = loadModel(Checkpoint::open(base));
        const auto adapter = readAdapter(source, *dense);
        const auto merged = withAdapter(*dense, source);
        const auto ids = at::tensor(reference.at("ids").at(0).get<std::vector<std::int64_t>>(), at::kLong).unsqueeze(0);
        const auto logits = logitsOf(*merged, ids);
        const auto theirs = at::tensor(reference.at("logits").get<std::vector<double>>(), at::kDouble)
                                .to(at::kFloat)
                                .reshape(logits.sizes());
        const double scale = std::max(1.0, theirs.abs().max().item<double>());
        QVERIFY2((logits - theirs).abs().max().item<double>() <= 1e-4 * scale,
                 std::to_string((logits - theirs).abs().max().item<double>()).c_str());
        // Written again, and cut for a pruned base beside it.
        const auto name = source.filename().string();
        writeAdapterCase(name + "-again", base, false, adapter, *dense, ids);
        const auto structure = traceStructure(dense->config());
        const auto removed = unevenly(structure);
        const auto record = recordOf(structure, removed);
        const auto small = sliceModel(*dense, structure, removed);
        if (loads(small->config()) != Loads::WithCustomCode) return;
        const auto prunedBase = root() / "written-adapters" / (name + "-sliced") / "base";
        writeExport("huggingface-code", {*small, base, record}, prunedBase, sequenceOf(ids), {});
        writeAdapterCase(name + "-sliced", prunedBase, true, slicedAdapter(adapter, record, *dense), *small, ids);
    }

private:
    void writeAdapterCase(const std::string& name, const fs::path& base, bool code, const Adapter& adapter,
                          const CausalLM& model, const at::Tensor& ids) {
        const auto out = root() / "written-adapters" / name;
        fs::create_directories(out);
        writeAdapter(adapter, out / "adapter", {base.string(), "test"}, model);
        const auto with = cloneModel(model);
        attachAdapter(*with, adapter);
        writeFile(
            out / "expected.json",
            json{{"base", base.string()}, {"code", code}, {"ids", rowsOfIds(ids)}, {"logits", numbers(logitsOf(*with, ids))}}
                .dump());
    }
};

}  // namespace tst_interop_exports

QTEST_GUILESS_MAIN(tst_interop_exports::TestInteropExports)
#include "tst_interop_exports.moc"
