#include "core/io/atomic_file.h"
#include "core/run/event_json.h"
#include "core/run/event_log.h"

#include "tests/support/caught.h"
#include "tests/support/file_size_limit.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QtTest>

#include <fstream>

namespace tst_event_log {

using namespace lorashear;
using nlohmann::json;

namespace {

/// One event of every kind, each field different from its default.
std::vector<RunEvent> everyEvent() {
    ModelConfig config;
    config.family = "llama";
    config.vocabulary = 512, config.hidden = 64, config.headDim = 8, config.maxPositions = 500;
    config.layers = {{8, 4, 172}, {8, 2, 0, {20, 30}}};
    config.routing = {2, false};
    config.normEps = 1e-6, config.activation = Activation::GeluTanh, config.logitSoftCap = 30;
    RopeSettings rope{20000, 0.5, RopeScaling::LongRope, 8, 2, 5, 8192};
    rope.fastTurns = 16, rope.slowTurns = 2, rope.wholePairs = false, rope.amplitude = 1.25, rope.interleaved = true;
    rope.shortFactors = {1, 1.5}, rope.longFactors = {2, 4.5};
    config.attention = {0.25, 50, 6, {0, 7}, 1e-5, rope, true, {1e5, 0.25, RopeScaling::Linear, 2, 3, 6, 10}, {1, 0}};
    config.embeddingScale = 2, config.branchScale = 0.5, config.logitScale = 0.25;
    config.sharedNorm = config.headBias = true, config.normBias = false;
    config.parallelResidual = true, config.normsFirst = false, config.embeddingSize = 24;
    config.scaledEmbedding = true;
    config.factors = {{"model.layers.0.mlp.up_proj", {16, 2}}};
    config.tiedHead = config.attentionBias = config.mlpBias = true;
    config.bosId = 1, config.eosIds = {2, 3};
    config.dtype = "BF16", config.source = "{}";
    Structure structure;
    structure.graph = {{{0, "aten::linear", "model.layers.0", 0, VertexClass::Stem, {1, 2}, {1, 8, 64}, {"a.weight"}}}, 5};
    structure.nodeGroups = {{0,
                             "layers.0.mlp",
                             NodeGroupKind::Composed,
                             UnitKind::Mlp,
                             0,
                             true,
                             "",
                             172,
                             {{"g", 0, 1, 2, 3}},
                             {{"d", 1, 0, 1, 1}},
                             192,
                             {0},
                             {"g"},
                             1.0,
                             true,
                             2,
                             {{"w"}, {"x"}},
                             3,
                             4}};
    structure.parameters = 1234567890123;
    structure.linears = {{"model.layers.0.mlp.up_proj", {172, 64, false, true}}};
    structure.notPrunable = {{"lm_head", "tied"}};
    KnowledgeDistribution knowledge{
        1.5, 4096, {0.5}, "activation", 0.19, "key", {{0, 0.1, 0.01, {0.1}, true, true, true, 12}}, 0.95, 40};
    PruningPlan plan;
    plan.options.units["attention"].share = 0.3;
    plan.options.protect = {"layers.0.*"};
    plan.budgets = {{0, true, "", 100, -1}};
    plan.remove = {{"attention", 0}, {"mlp", 7}};
    plan.expectedRatio = 0.1 + 0.2;
    const std::vector<GroupRef> groups{{0, 3}, {1, 5}};
    return {
        event::ModelOpened{"/m", "bpe", config, 260032, 1040128, "hash"},
        event::StructureFound{std::make_shared<const Structure>(structure)},
        event::SaliencyMeasured{std::make_shared<const GroupSaliency>(GroupSaliency{"magnitude", {{1.0 / 3, 2}, {}}})},
        event::KnowledgeMeasured{knowledge.nodeGroups.front()},
        event::KnowledgeFinished{std::make_shared<const KnowledgeDistribution>(knowledge)},
        event::PlanMade{std::make_shared<const PruningPlan>(plan)},
        event::StageChanged{"prune", "Pruning"},
        event::Step{"prune", "period 1/5", 12, 1.25, 0.01, 0.5, 3, 9, 0.25, 4.5, 1e4, 2048},
        event::GroupsChosen{groups, 2},
        event::GroupsZero{groups},
        event::HalfSpace{13, 0.1, true, 2, groups, {2.5, 0.5}, {0.99, -0.25}, {0.125, -0.0625}, {0, 0}},
        event::Perplexity{"stories", "dense", 0, 1.5, 4.48, 1000, "BOS + 511 tokens"},
        event::SourceDegradation{1, 2, {"a", "b"}, {1, 2}, {0.5, 1}, {0.4, 0.6}},
        event::CheckpointSaved{"/c", 25},
        event::Sample{"dense", "Once", "Once upon \xC3\xA9"},
        event::Written{"pruned", "Once", "Once", {" upon", " \xC3\xA9"}, {0.25, 1.0 / 3}, {1, 5, 9}},
        event::TokenCause{event::TokenCause::Masked::All, "layers.2.mlp", {1, 7}, 2, "mlp", 3, 1.0 / 3, -2.5, " \xC3\xA9"},
        event::Measurement{"dense", "decode_speed", "tokens/s", 123.5, 1.5, true, "median of 5"},
        event::Certificate{"/e", "/m", 1e-6, 1e-9, 1, true, "why not"},
        event::Note{"warning", "text"},
        event::ProgressChanged{{"prune", "step", 3, 10, 4.5}},
        event::Finished{event::Finished::Outcome::Failed, Error(ErrorCode::Numeric, "w", "NaN", "look"), "{}"}};
}

}  // namespace

class TestEventLog : public QObject {
    Q_OBJECT

    static std::filesystem::path fileIn(const QTemporaryDir& folder) {
        return folder.path().toStdString() + "/events.jsonl";
    }

private Q_SLOTS:
    /// What does not fit any more leaves no torn line: what comes later can be read, and so can all that came before.
    void aFullDiskTearsNoLine() {
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath("events.jsonl").toStdString();
        const auto note = [](std::size_t length) { return event::Note{"info", std::string(length, 'x')}; };
        EventLog log(file);
        log.append(note(100));
        const auto before = std::filesystem::file_size(file);
        {
            const lorashear::test::FileSizeLimit full(before + 50);
            const auto error = lorashear::test::caught([&] { log.append(note(4000)); });
            QVERIFY(lorashear::test::says(error, ErrorCode::Io, "events.jsonl") && !error->hint().empty());
            QCOMPARE(std::filesystem::file_size(file), before);
        }
        QCOMPARE(log.count(), std::int64_t{1});
        log.append(note(7));
        const auto events = readEvents(file);
        QCOMPARE(events.size(), std::size_t{2});
        QCOMPARE(std::get<event::Note>(events.back().event).text, std::string("xxxxxxx"));
    }

    /// Everything a model computes with: a run's stages hand it on through files.
    void everyFieldOfAConfigurationSurvivesTheTrip() {
        const auto config = std::get<event::ModelOpened>(everyEvent().front()).config;
        const auto read = configFromJson(configToJson(config));
        QVERIFY(read.attention == config.attention && read.activation == config.activation && read.layers == config.layers);
        QCOMPARE(read.logitSoftCap, config.logitSoftCap);
        QCOMPARE(read.parallelResidual, config.parallelResidual);
        QCOMPARE(read.normsFirst, config.normsFirst);
        QCOMPARE(read.embeddingSize, config.embeddingSize);
        QCOMPARE(read.scaledEmbedding, config.scaledEmbedding);
        QCOMPARE(read.embeddingScale, config.embeddingScale);
        QCOMPARE(read.branchScale, config.branchScale);
        QCOMPARE(read.logitScale, config.logitScale);
        QVERIFY(read.sharedNorm && read.headBias && !read.normBias);
        QVERIFY(read.factors == config.factors);
        json older = configToJson(config);
        for (const char* key :
             {"attention", "activation", "logit_soft_cap", "parallel_residual", "norms_first", "embedding_size"})
            QVERIFY2(older.erase(key) == 1, key);
        QCOMPARE(configFromJson(older).attention.rope.theta, 20000.0);
    }

    /// JSON lets U+007F to U+009F pass, and terminals obey them: whoever looks at a log with `tail` sees them escaped, readers as they were.
    void noControlCharacterStandsInALog() {
        const QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath("events.jsonl").toStdString();
        const std::string words =
            "a\x1b[31m \xC2\x9b"
            "31m \x7f \xC2\xA0 \xC3\xA9";
        {
            EventLog log(file);
            log.append(event::Note{"info", words});
            log.append(event::Note{"info", "\xff"});
        }
        const std::string text = readFile(file);
        for (const char* control : {"\x1b", "\xC2\x9b", "\x7f", "\xff"}) QVERIFY(text.find(control) == std::string::npos);
        QVERIFY(text.find("\\u009b31m \\u007f \xC2\xA0 \xC3\xA9") != std::string::npos);
        const auto events = readEvents(file);
        QCOMPARE(std::get<event::Note>(events.at(0).event).text, words);
        QCOMPARE(std::get<event::Note>(events.at(1).event).text, std::string("\xEF\xBF\xBD"));
    }

    void everyKindOfEventSurvivesTheTrip() {
        const auto events = everyEvent();
        QCOMPARE(events.size(), std::variant_size_v<RunEvent>);
        for (std::size_t i = 0; i < events.size(); ++i) {
            QCOMPARE(events[i].index(), i);
            const json once = eventToJson(events[i]);
            const RunEvent back = eventFromJson(json::parse(once.dump()));
            QCOMPARE(back.index(), i);
            QCOMPARE(eventToJson(back), once);
            QVERIFY2(once.size() > 1, eventName(events[i]));
        }
    }

    void numbersKeepEveryBit() {
        const auto plan = std::get<event::PlanMade>(eventFromJson(json::parse(eventToJson(everyEvent()[5]).dump())));
        QVERIFY(plan.plan->expectedRatio == 0.1 + 0.2);
    }

    void settledPlacesTravel() {
        const auto read = std::get<event::KnowledgeFinished>(eventFromJson(eventToJson(everyEvent()[4]))).knowledge;
        QVERIFY(read->confidence == 0.95 && read->windows == 40);
        QVERIFY(read->nodeGroups.front().settled && read->nodeGroups.front().windows == 12);
        const auto entry = std::get<event::KnowledgeMeasured>(eventFromJson(eventToJson(everyEvent()[3]))).entry;
        QVERIFY(entry.settled && entry.windows == 12);
    }

    /// Of programs that measured every node group on every window.
    void formerKnowledgeIsRead() {
        json old = eventToJson(everyEvent()[4]);
        json& knowledge = old.at("knowledge");
        for (const char* key : {"confidence", "windows"}) QVERIFY2(knowledge.erase(key) == 1, key);
        for (const char* key : {"settled", "windows"}) QVERIFY2(knowledge.at("node_groups").at(0).erase(key) == 1, key);
        const auto read = std::get<event::KnowledgeFinished>(eventFromJson(old)).knowledge;
        QVERIFY(read->confidence == 0 && read->windows == 0);
        QVERIFY(!read->nodeGroups.front().settled && read->nodeGroups.front().windows == 0);
    }

    /// Of programs that knew attention and MLP only.
    void formerPlansAreRead() {
        json old = eventToJson(everyEvent()[5]);
        json& plan = old.at("plan");
        plan.erase("remove");
        plan["remove_attention"] = 3, plan["remove_mlp"] = 7;
        json& options = plan.at("options");
        options.erase("units");
        options["attention_share"] = 0.25, options["attention_keep"] = nullptr, options["min_attention"] = 2;
        options["min_mlp"] = 5, options["attention_divisor"] = 1, options["mlp_divisor"] = 16;
        const auto read = std::get<event::PlanMade>(eventFromJson(old)).plan;
        QVERIFY(read->removed("attention") == 3 && read->removed("mlp") == 7);
        const auto &attention = read->options.units.at("attention"), &mlp = read->options.units.at("mlp");
        QVERIFY(attention.share == 0.25 && !attention.keep && attention.minimum == 2 && attention.divisor == 1);
        QVERIFY(mlp.minimum == 5 && mlp.divisor == 16 && !mlp.share);
    }

    void notANumberTravels() {
        const auto step =
            std::get<event::Step>(eventFromJson(json::parse(eventToJson(event::Step{"s", "p", 1, std::nan("")}).dump())));
        QVERIFY(std::isnan(step.loss));
        QCOMPARE(step.step, std::int64_t{1});
    }

    void unknownEventsAreRefused() {
        QVERIFY_THROWS_EXCEPTION(Error, eventFromJson(json{{"event", "surprise"}}));
        QVERIFY_THROWS_EXCEPTION(Error, eventFromJson(json{{"event", "step"}}));
    }

    void everythingAppendedIsReadInOrder() {
        QTemporaryDir folder;
        {
            EventLog log(fileIn(folder));
            for (const auto& event : everyEvent()) log.append(event);
            QCOMPARE(log.count(), std::int64_t(std::variant_size_v<RunEvent>));
        }
        const auto read = readEvents(fileIn(folder));
        QCOMPARE(read.size(), std::variant_size_v<RunEvent>);
        double before = 0;
        for (std::size_t i = 0; i < read.size(); ++i) {
            QCOMPARE(read[i].event.index(), i);
            QVERIFY(read[i].seconds >= before);
            before = read[i].seconds;
        }
    }

    void tornLastLineIsLeftOutAndCutOff() {
        QTemporaryDir folder;
        {
            EventLog log(fileIn(folder));
            log.append(event::Note{"info", "whole"});
        }
        std::ofstream(fileIn(folder), std::ios::app) << "{\"event\":\"note\",\"level\":\"info\",\"te";
        QCOMPARE(readEvents(fileIn(folder)).size(), std::size_t{1});
        {
            EventLog log(fileIn(folder));
            QCOMPARE(log.count(), std::int64_t{1});
            log.append(event::Note{"info", "next"});
        }
        const auto read = readEvents(fileIn(folder));
        QCOMPARE(read.size(), std::size_t{2});
        QCOMPARE(std::get<event::Note>(read.back().event).text, std::string("next"));
    }

    void damagedLineIsNamed() {
        QTemporaryDir folder;
        std::ofstream(fileIn(folder)) << "{\"event\":\"note\",\"level\":\"info\",\"text\":\"a\"}\nrubbish\n";
        try {
            readEvents(fileIn(folder));
            QFAIL("rubbish was read");
        } catch (const Error& error) {
            QVERIFY(error.message().find("line 2") != std::string::npos);
        }
    }

    void damagedFieldsAreNamedByTheirLine_data() {
        QTest::addColumn<QString>("line");
        QTest::newRow("a number alone") << "17";
        QTest::newRow("back to a fraction") << "{\"rewind\": 0.5}";
        QTest::newRow("back to before the beginning") << "{\"rewind\": -1}";
        QTest::newRow("back to a word") << "{\"rewind\": \"all\"}";
        QTest::newRow("a time in words")
            << "{\"event\": \"note\", \"level\": \"info\", \"text\": \"a\", \"seconds\": \"soon\"}";
    }
    void damagedFieldsAreNamedByTheirLine() {
        QFETCH(QString, line);
        QTemporaryDir folder;
        std::ofstream(fileIn(folder)) << "{\"event\":\"note\",\"level\":\"info\",\"text\":\"a\"}\n"
                                      << line.toStdString() << "\n";
        const auto error = lorashear::test::caught([&] { readEvents(fileIn(folder)); });
        QVERIFY(lorashear::test::says(error, ErrorCode::BadInput, "line 2 is damaged"));
    }

    /// A log that cannot be read is not an empty one: cut to what was read, all of it would be gone.
    void aLogThatCannotBeReadIsLeftAlone() {
        QTemporaryDir folder;
        std::filesystem::create_directory(fileIn(folder));  // whoever reads it gets an error, whatever rights they have
        QVERIFY_THROWS_EXCEPTION(Error, EventLog(fileIn(folder)));
        QVERIFY_THROWS_EXCEPTION(Error, readEvents(fileIn(folder)));
        QVERIFY(std::filesystem::is_directory(fileIn(folder)));
    }

    void rewindForgetsWhatWillHappenAgain() {
        QTemporaryDir folder;
        const auto note = [](int n) { return event::Note{"info", std::to_string(n)}; };
        EventLogReader reader(fileIn(folder));
        {
            EventLog log(fileIn(folder));
            for (int n = 0; n < 5; ++n) log.append(note(n));
        }
        QCOMPARE(reader.poll().events.size(), std::size_t{5});
        {
            EventLog log(fileIn(folder));
            log.rewind(2);
            QCOMPARE(log.count(), std::int64_t{2});
            log.append(note(100));
        }
        const auto batch = reader.poll();
        QVERIFY(batch.fromStart);
        QCOMPARE(batch.events.size(), std::size_t{3});
        QCOMPARE(std::get<event::Note>(batch.events[2].event).text, std::string("100"));
        QCOMPARE(readEvents(fileIn(folder)).size(), std::size_t{3});
        QVERIFY(reader.poll().events.empty());
    }

    void aGrowingLogIsReadPieceByPiece() {
        QTemporaryDir folder;
        EventLogReader reader(fileIn(folder));
        QVERIFY(reader.poll().events.empty());
        std::ofstream out(fileIn(folder), std::ios::app);
        out << "{\"event\":\"note\",\"level\":\"info\"," << std::flush;
        QVERIFY(reader.poll().events.empty());
        out << "\"text\":\"a\"}\n" << std::flush;
        const auto batch = reader.poll();
        QVERIFY(!batch.fromStart);
        QCOMPARE(batch.events.size(), std::size_t{1});
    }

    void aLongLogIsReadInPiecesOfASize() {
        QTemporaryDir folder;
        const auto note = [](int n) {
            return event::Note{"info", std::to_string(n) + std::string(n == 3 ? 5000 : 10, '.')};
        };
        {
            EventLog log(fileIn(folder));
            for (int n = 0; n < 9; ++n) log.append(note(n));
            log.rewind(7);
        }
        EventLogReader reader(fileIn(folder));
        std::vector<LoggedEvent> all;
        int pieces = 0;
        for (std::uint64_t before = 0;; before = reader.offset(), ++pieces) {
            const auto batch = reader.poll(200);  // shorter than the fourth line: that comes whole
            if (reader.offset() == before) break;
            if (batch.fromStart) all.clear();
            all.insert(all.end(), batch.events.begin(), batch.events.end());
        }
        QVERIFY(pieces > 3);
        QCOMPARE(reader.offset(), std::uint64_t(std::filesystem::file_size(fileIn(folder))));
        QCOMPARE(all.size(), std::size_t{7});
        for (int n = 0; n < 7; ++n) QCOMPARE(std::get<event::Note>(all[std::size_t(n)].event).text, note(n).text);
    }

    void unwritableFolderSaysSo() { QVERIFY_THROWS_EXCEPTION(Error, EventLog("/proc/no-such-folder/events.jsonl")); }
};

}  // namespace tst_event_log

QTEST_APPLESS_MAIN(tst_event_log::TestEventLog)
#include "tst_event_log.moc"
