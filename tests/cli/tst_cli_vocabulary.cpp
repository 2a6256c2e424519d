// lorashear vocabulary, and what slice, eval and compare make of a trimmed vocabulary.

#include "core/io/atomic_file.h"
#include "tests/cli/ran_program.h"

#include <QtTest>

#include <cmath>

namespace tst_cli_vocabulary {

using namespace lorashear;
using namespace lorashear::testing;
using nlohmann::json;

class TestCliVocabulary : public QObject, OwnFolder {
    Q_OBJECT

    json m_chosen;

    Ran chosen(const QStringList& more) const {
        return lorashearRan(QStringList{"vocabulary", kModel, "--text", kText, "--out"} + more);
    }
    static double perOriginal(const json& row) { return row.at("perplexity_per_original_token").get<double>(); }

private Q_SLOTS:
    void initTestCase() {
        const Ran ran =
            chosen({place("edits.json"), "--keep", "400", "--window", "128", "--max-windows", "4", "--bos", "--json"});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        m_chosen = ran.object();
        const Ran sliced = lorashearRan({"slice", kModel, "--edits", place("edits.json"), "--out", place("sliced")});
        QVERIFY2(sliced.code == 0, sliced.err.c_str());
    }

    void reportsWhatTheOthersWereWorth() {
        QCOMPARE(m_chosen["tokens_before"], json(512));
        QCOMPARE(m_chosen["tokens_after"], json(400));
        QCOMPARE(m_chosen["parameters_before"].get<int>() - m_chosen["parameters_after"].get<int>(), 112 * 64);
        const json& row = m_chosen["texts"][0];
        QVERIFY(row["tokens_after"].get<int>() > row["tokens_before"].get<int>());
        QVERIFY(std::abs(row["extra"].get<double>() -
                         (row["tokens_after"].get<double>() / row["tokens_before"].get<double>() - 1)) < 1e-12);
        QVERIFY(perOriginal(row["trimmed"]) > perOriginal(row["original"]));
        QVERIFY(row["trimmed"]["bits_per_byte"].get<double>() > row["original"]["bits_per_byte"].get<double>());
        QCOMPARE(row["trimmed"]["original_tokens"], row["original"]["original_tokens"]);
        const json edits = json::parse(readFile(path("edits.json")));
        QCOMPARE(edits["edits"][0]["op"], json("vocabulary"));
        QCOMPARE(edits["edits"][0]["keep"].size(), std::size_t{400});
    }

    void theSlicedModelIsWhatWasMeasured() {
        const json config = json::parse(readFile(path("sliced") / "config.json"));
        QCOMPARE(config["vocab_size"], json(400));
        const json record = json::parse(readFile(path("sliced") / "pruning.json"));
        QCOMPARE(record["vocabulary"], json::parse(R"({"before": 512, "after": 400})"));
        const json edits = json::parse(readFile(path("edits.json")));
        QCOMPARE(record["edits"], edits["edits"]);
        const Ran written =
            lorashearRan({"generate", place("sliced"), "--prompt", "Once upon", "--max-tokens", "20", "--json"});
        QVERIFY2(written.code == 0 && written.object()["tokens"].size() > 5, written.err.c_str());
        const QStringList protocol{"--text", kText, "--window", "128", "--max-windows", "4", "--bos", "--json"};
        const Ran alone = lorashearRan(QStringList{"eval", place("sliced")} + protocol);
        QVERIFY2(alone.code == 0, alone.err.c_str());
        QVERIFY(!alone.object().contains("by_original"));
        QVERIFY(alone.object()["bits_per_byte"].get<double>() > 0);
        const Ran ran = lorashearRan(QStringList{"eval", place("sliced"), "--original", kModel} + protocol);
        QVERIFY2(ran.code == 0, ran.err.c_str());
        const json measured = ran.object()["by_original"];
        QVERIFY(std::abs(perOriginal(measured) / perOriginal(m_chosen["texts"][0]["trimmed"]) - 1) < 1e-6);
        const Ran original = lorashearRan(QStringList{"eval", kModel} + protocol);
        QVERIFY(std::abs(original.object()["perplexity"].get<double>() / perOriginal(m_chosen["texts"][0]["original"]) - 1) <
                1e-6);
    }

    /// Perplexities per own token of two vocabularies never stand side by side.
    void compareCountsInTheOriginalsTokens() {
        for (const QStringList& models : {QStringList{kModel, place("sliced")}, QStringList{place("sliced"), kModel}}) {
            const Ran ran = lorashearRan(
                QStringList{"compare"} + models +
                QStringList{"--text", kText, "--window", "128", "--max-windows", "4", "--bos", "--no-speed", "--json"});
            QVERIFY2(ran.code == 0, ran.err.c_str());
            const json rows = ran.object()["models"];
            for (const json& row : rows) QVERIFY(!row.contains("perplexity"));
            const int first = models.front() == kModel ? 0 : 1;
            QVERIFY(std::abs(perOriginal(rows[first]) / perOriginal(m_chosen["texts"][0]["original"]) - 1) < 1e-6);
            QVERIFY(std::abs(perOriginal(rows[1 - first]) / perOriginal(m_chosen["texts"][0]["trimmed"]) - 1) < 1e-6);
            QCOMPARE(rows[0]["original_tokens"], rows[1]["original_tokens"]);
        }
        const Ran table = lorashearRan(
            {"compare", kModel, place("sliced"), "--text", kText, "--window", "64", "--max-windows", "2", "--no-speed"});
        QVERIFY(table.out.find("perplexity, original token") != std::string::npos);
        QVERIFY(table.out.find("bits per byte") != std::string::npos);
    }

    void refusesWhatCannotBe() {
        QVERIFY(chosen({place("a.json")}).refused(2, "Give --keep N or --min-count K"));
        QVERIFY(chosen({place("edits.json"), "--keep", "400"}).refused(7, "exists already"));
        QVERIFY(chosen({place("a.json"), "--keep", "20"}).refused(6, "must stay"));
        QVERIFY(chosen({place("a.json"), "--keep", "600"}).refused(6, "the tokenizer has 512"));
        QVERIFY(!std::filesystem::exists(path("a.json")));
        json edits = json::parse(readFile(path("edits.json")));
        const auto slice = [&](const json& keep) {
            edits["edits"][0]["keep"] = keep;
            writeFile(path("bad.json"), edits.dump());
            return lorashearRan({"slice", kModel, "--edits", place("bad.json"), "--out", place("never")});
        };
        const json good = edits["edits"][0]["keep"];
        json keep = good;
        keep.erase(0);
        QVERIFY(slice(keep).refused(3, "/edits/0/keep"));
        keep = good;
        keep.push_back(512);
        QVERIFY(slice(keep).refused(3, "/edits/0/keep/400"));
        keep = good;
        keep.push_back(keep.back());
        QVERIFY(slice(keep).refused(3, "/edits/0/keep"));
        keep = json::array();
        for (const json& id : good)
            if (id != 100) keep.push_back(id);  // a byte
        QVERIFY(slice(keep).refused(3, "a byte that other characters fall back to"));
        QVERIFY(!std::filesystem::exists(path("never")));
    }
};

}  // namespace tst_cli_vocabulary

QTEST_APPLESS_MAIN(tst_cli_vocabulary::TestCliVocabulary)
#include "tst_cli_vocabulary.moc"
