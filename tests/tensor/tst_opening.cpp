// Looking at a model of any size must not read its weights. The model here has the shapes of a 7B one and no numbers: its files are
// holes of 13 GB, and the system is asked how much of them was ever read.

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/io/mapped_file.h"
#include "core/model/checkpoint_config.h"
#include "core/model/family.h"
#include "core/plan/plan.h"
#include "core/run/engine.h"
#include "tests/support/caught.h"
#include "tests/support/page_cache.h"
#include "tests/support/temp_folder.h"

#include <nlohmann/json.hpp>

#include <QtTest>

#include <fstream>

namespace tst_opening {

using namespace lorashear;
using namespace lorashear::test;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

const fs::path kShapes = LORASHEAR_SOURCE_DIR "/tests/data/shapes/llama-7b.json";
const fs::path kSmall = LORASHEAR_SOURCE_DIR "/resources/models/stories260K";
constexpr std::int64_t kParameters = 6'738'415'616;
constexpr std::uint64_t kMebi = 1 << 20;

/// The header of a safetensors file and, behind it, a hole of the size that it announces.
void writeHole(const fs::path& file, const json& header, std::uint64_t bytes) {
    const std::string text = header.dump();
    std::ofstream out(file, std::ios::binary);
    for (int i = 0; i < 8; ++i) out.put(static_cast<char>(text.size() >> (8 * i) & 0xff));
    out << text;
    out.close();
    fs::resize_file(file, 8 + text.size() + bytes);
}

/// Config, tokenizer of the small model, and three shards of nothing.
std::vector<fs::path> makeLargeModel(const TempFolder& folder) {
    const std::string text = readFile(kShapes);
    writeFile(folder.path() / "config.json", text);
    for (const char* name : {"tokenizer.json", "tokenizer_config.json"}) fs::copy_file(kSmall / name, folder.path() / name);
    const auto config = parseConfig(text, kShapes.string());
    json headers[3], map = json::object();
    std::uint64_t sizes[3] = {};
    std::size_t next = 0;
    std::vector<fs::path> files;
    for (const char* shard : {"one.safetensors", "two.safetensors", "three.safetensors"})
        files.push_back(folder.path() / shard);
    for (const auto& [name, shape] : familyOf(config.family, "config.json").shapes(config)) {
        const std::size_t shard = next++ % 3;
        std::uint64_t bytes = 2;
        for (const auto size : shape) bytes *= static_cast<std::uint64_t>(size);
        headers[shard][name] = {{"dtype", "BF16"}, {"shape", shape}, {"data_offsets", {sizes[shard], sizes[shard] + bytes}}};
        sizes[shard] += bytes;
        map[name] = files[shard].filename().string();
    }
    for (std::size_t i = 0; i < 3; ++i) writeHole(files[i], headers[i], sizes[i]);
    writeFile(folder.path() / "model.safetensors.index.json", json{{"weight_map", map}}.dump());
    return files;
}

std::uint64_t readOf(const std::vector<fs::path>& files) {
    std::uint64_t total = 0;
    for (const auto& file : files) total += cachedBytes(file);
    return total;
}

std::vector<RunEvent> carryOut(const Command& command) {
    std::vector<RunEvent> events;
    makeEngine(1)->execute(
        command, [&](RunEvent event) { events.push_back(std::move(event)); }, {}, nullptr);
    return events;
}

template <class T>
const T* find(const std::vector<RunEvent>& events) {
    for (const RunEvent& event : events)
        if (const T* found = std::get_if<T>(&event)) return found;
    return nullptr;
}

}  // namespace

class OpeningTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aLargeModelIsShownWithoutReadingIt() {
        const TempFolder folder;
        const auto files = makeLargeModel(folder);
        const auto events = carryOut(command::OpenModel{folder.path().string()});
        const auto& finished = std::get<event::Finished>(events.back());
        QVERIFY2(finished.outcome == event::Finished::Outcome::Completed, finished.error ? finished.error->what() : "");
        const auto read = readOf(files);
        QVERIFY2(read < 64 * kMebi, std::to_string(read).c_str());

        const auto* opened = find<event::ModelOpened>(events);
        QVERIFY(opened);
        QCOMPARE(opened->parameters, kParameters);
        QCOMPARE(opened->weightBytes, std::uint64_t(2 * kParameters));
        QCOMPARE(opened->config.dtype, std::string("BF16"));
        QVERIFY(!opened->identity.empty());
        const auto* found = find<event::StructureFound>(events);
        QVERIFY(found);
        QCOMPARE(found->structure->parameters, kParameters);
        QCOMPARE(found->structure->groupCount(UnitKind::Attention), 32 * 32);
        QCOMPARE(found->structure->groupCount(UnitKind::Mlp), 32 * 11008);
        PlanOptions options;
        options.ratio = 0.2;
        options.uniform = true;
        QVERIFY(std::abs(makePlan(*found->structure, options).expectedRatio - 0.2) < 0.005);
        QVERIFY(!find<event::SaliencyMeasured>(events));

        // The counter sees what is read through a mapping: otherwise the above says nothing.
        const auto mapping = MappedFile::open(files.front());
        const auto middle = mapping->bytes().subspan(mapping->bytes().size() / 2, 32 * kMebi);
        unsigned sum = 0;
        for (std::size_t i = 0; i < middle.size(); i += 4096) sum += std::to_integer<unsigned>(middle[i]);
        QCOMPARE(sum, 0U);
        QVERIFY(readOf(files) >= read + 31 * kMebi);
    }

    /// Config and tensors are held against each other from headers alone.
    void aWrongConfigIsRefusedWithoutReading() {
        const TempFolder folder;
        const auto files = makeLargeModel(folder);
        auto config = json::parse(readFile(kShapes));
        config["intermediate_size"] = 11000;
        writeFile(folder.path() / "config.json", config.dump());
        const auto error = caught([&] { configOf(Checkpoint::open(folder.path())); });
        QVERIFY(says(error, ErrorCode::BadInput, "[4096, 11008]"));
        QVERIFY(says(error, ErrorCode::BadInput, "[4096, 11000]"));
        config["intermediate_size"] = 11008;
        config["num_hidden_layers"] = 31;
        writeFile(folder.path() / "config.json", config.dump());
        const auto fewer = caught([&] { configOf(Checkpoint::open(folder.path())); });
        QVERIFY(says(fewer, ErrorCode::BadInput, "model.layers.31."));
        QVERIFY(says(fewer, ErrorCode::BadInput, "31 blocks"));
        QVERIFY(readOf(files) < 64 * kMebi);
    }

    void aSmallModelIsRead() {
        const auto events = carryOut(command::OpenModel{kSmall.string()});
        QVERIFY(find<event::SaliencyMeasured>(events));
        QCOMPARE(find<event::ModelOpened>(events)->parameters, std::int64_t{260032});
    }

    void identityFollowsTheFiles() {
        const TempFolder folder;
        for (const auto& entry : fs::directory_iterator(kSmall))
            fs::copy_file(entry.path(), folder.path() / entry.path().filename());
        const auto before = Checkpoint::open(folder.path()).identity();
        QCOMPARE(Checkpoint::open(folder.path()).identity(), before);
        const auto file = folder.path() / "model.safetensors";
        fs::last_write_time(file, fs::last_write_time(file) + std::chrono::milliseconds(1));
        const auto touched = Checkpoint::open(folder.path()).identity();
        QVERIFY(touched != before);
        writeFile(folder.path() / "config.json", readFile(folder.path() / "config.json") + "\n");
        QVERIFY(Checkpoint::open(folder.path()).identity() != touched);
    }
};

}  // namespace tst_opening

QTEST_GUILESS_MAIN(tst_opening::OpeningTest)
#include "tst_opening.moc"
