// lorashear bench: its table, stopping and going on, several processes, refusals.

#include "core/io/atomic_file.h"
#include "tests/cli/ran_program.h"
#include "tests/support/sbatch_lines.h"

#include <QtTest>

#include <cmath>
#include <csignal>

namespace tst_cli_bench {

using namespace lorashear;
using namespace lorashear::testing;
using nlohmann::json;
namespace fs = std::filesystem;

class TestCliBench : public QObject, OwnFolder {
    Q_OBJECT

    const QString m_spec = QStringLiteral(LORASHEAR_SOURCE_DIR "/resources/bench/small.json");

    QStringList bench(const char* out, const QStringList& more = {}) const {
        return QStringList{"bench", m_spec, "--out", place(out), "--threads", "1"} + more;
    }
    /// All that must not depend on who worked and how often it was stopped.
    void sameTables(const char* name) const {
        for (const char* file : {"table.json", "table.csv", "table.md", "table.tex", "pareto.svg"})
            QVERIFY2(readFile(path(name) / file) == readFile(path("whole") / file), file);
    }
    static std::size_t finishedJobs(const fs::path& folder) {
        std::size_t count = 0;
        std::error_code ignored;
        for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder / "results", ignored)) ++count;
        return count;
    }
    /// A spec like the small one, with a merge patch.
    QString specWith(const char* patch) const {
        json spec = json::parse(readFile(m_spec.toStdString()));
        spec.merge_patch(json::parse(patch));
        spec["recipe"] = LORASHEAR_SOURCE_DIR "/resources/recipes/quick.json";
        spec["chosen_on"] = json::array();
        writeFile(path("spec.json"), spec.dump());
        return place("spec.json");
    }

private Q_SLOTS:
    void initTestCase() {
        const Ran ran = lorashearRan(bench("whole", {"--json"}));
        QVERIFY2(ran.code == 0, ran.err.c_str());
        const json rows = ran.object().at("rows");
        QCOMPARE(rows.size(), std::size_t{1 + 2 + 2 * 2});
        for (const json& row : rows)
            for (const char* key : {"method", "model", "ratio", "seed", "parameters", "perplexity", "tasks", "seconds",
                                    "peak_bytes", "tokens"})
                QVERIFY2(row.contains(key), key);
    }

    void rowsAreWhatWasAskedFor() {
        const json table = json::parse(readFile(path("whole") / "table.json"));
        const json& rows = table.at("rows");
        QCOMPARE(rows[0]["method"], json("dense"));
        QCOMPARE(rows[0]["parameters"], json(260032));
        QCOMPARE(rows[1]["method"], json("adapted dense"));
        QCOMPARE(rows[1]["parameters"], json(260032));
        QVERIFY(rows[1]["perplexity"] != rows[0]["perplexity"]);
        for (std::size_t i = 1; i < rows.size(); ++i) {
            QVERIFY(rows[i]["tokens"].get<int>() > 0 && rows[i]["tokens"].get<int>() <= 1024);
            QCOMPARE(rows[i]["steps"], json(8));
            QVERIFY(!rows[i].contains("seconds"));
        }
        for (std::size_t i = 3; i < rows.size(); ++i)
            QVERIFY(std::abs(1 - rows[i]["parameters"].get<double>() / 260032 - 0.2) < 0.01);
        const json& mean = table.at("summary").back();
        QCOMPARE(mean["perplexity"]["n"], json(2));
        const double a = rows[5]["perplexity"].get<double>(), b = rows[6]["perplexity"].get<double>();
        QVERIFY(std::abs(mean["perplexity"]["mean"].get<double>() - (a + b) / 2) < 1e-9);
        QVERIFY(std::abs(mean["perplexity"]["spread"].get<double>() - std::abs(a - b) / std::sqrt(2.0)) < 1e-9);
        QCOMPARE(table.at("missing").size(), std::size_t{0});
        QVERIFY(table.at("warnings").dump().find("settings were chosen on it") != std::string::npos);
        QVERIFY(!fs::exists(path("whole") / "jobs" / "stories260k.magnitude.20.1" / "model"));
    }

    void theTableIsThatOfTheRunsThemselves() {
        const json row = json::parse(readFile(path("whole") / "table.json")).at("rows").back();
        const json result = json::parse(readFile(path("whole") / "jobs" / "stories260k.magnitude.20.2" / "result.json"));
        QCOMPARE(row["perplexity"], result["perplexity"]["recovered"]);
        QCOMPARE(row["perplexity_before_recovery"], result["perplexity"]["pruned"]);
        QCOMPARE(row["parameters"], result["parameters_after"]);
    }

    void stoppedItGoesOnToTheSameBytes() {
        QProcess process;
        prepare(process);
        process.start(LORASHEAR_CLI, bench("stopped"));
        QTRY_VERIFY_WITH_TIMEOUT(finishedJobs(path("stopped")) >= 1, 120000);
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(process.exitCode(), 10);
        QVERIFY(finishedJobs(path("stopped")) < 6);
        QVERIFY(!json::parse(readFile(path("stopped") / "table.json")).at("missing").empty());
        const Ran ran = lorashearRan(bench("stopped"));
        QVERIFY2(ran.code == 0, ran.err.c_str());
        sameTables("stopped");
    }

    void severalProcessesGiveTheSameBytes() {
        const Ran ran = lorashearRan(bench("workers", {"--workers", "2"}));
        QVERIFY2(ran.code == 0, ran.err.c_str());
        sameTables("workers");
    }

    /// One that is killed gives its job back.
    void aKilledProcessIsReplacedByTheOther() {
        QProcess killed, other;
        for (QProcess* process : {&killed, &other}) {
            prepare(*process);
            process->start(LORASHEAR_CLI, bench("shared", {"--shared", "--lease", "2"}));
        }
        QTRY_VERIFY_WITH_TIMEOUT(finishedJobs(path("shared")) >= 1, 120000);
        QVERIFY2(killed.state() == QProcess::Running, killed.readAllStandardError().constData());
        killed.kill();
        QVERIFY(killed.waitForFinished(60000));
        QVERIFY(other.state() == QProcess::NotRunning || other.waitForFinished(240000));  // it may have been quicker
        QVERIFY2(other.exitCode() == 0, other.readAllStandardError().constData());
        sameTables("shared");
    }

    void moreSeedsOnlyAddJobs() {
        const QString spec = specWith(
            R"({"methods": [{"id": "random", "options": {"settle_steps": 2}}], "adapted_dense": false, "seeds": [1]})");
        const QStringList arguments{"bench", spec, "--out", place("more"), "--threads", "1", "--json"};
        QCOMPARE(lorashearRan(arguments).object().at("rows").size(), std::size_t{2});
        const auto first = fs::last_write_time(path("more") / "results" / "stories260k.random.20.1.json");
        specWith(
            R"({"methods": [{"id": "random", "options": {"settle_steps": 2}}], "adapted_dense": false, "seeds": [1, 2]})");
        QCOMPARE(lorashearRan(arguments).object().at("rows").size(), std::size_t{3});
        QVERIFY(fs::last_write_time(path("more") / "results" / "stories260k.random.20.1.json") == first);
        specWith(
            R"({"methods": [{"id": "random", "options": {"settle_steps": 2}}], "adapted_dense": false, "seeds": [1], "training_tokens": 2048})");
        QVERIFY(lorashearRan(arguments).refused(3, "was made from other settings"));
    }

    /// Also the number of threads stays open: the bench itself may be begun with another one.
    void checkingWritesNothing() {
        const Ran checked =
            lorashearRan({"bench", m_spec, "--out", place("checked"), "--check", "--threads", "2", "--json"});
        QVERIFY2(checked.code == 0, checked.err.c_str());
        QCOMPARE(checked.object().at("threads"), json(2));
        QCOMPARE(checked.object().at("jobs").size(), std::size_t{6});
        QVERIFY(!fs::exists(path("checked")));
        QCOMPARE(lorashearRan(bench("whole", {"--check", "--json"})).object().at("jobs").at(0).at("done"), json(true));
        QVERIFY(
            lorashearRan({"bench", m_spec, "--out", place("whole"), "--threads", "2", "--check"}).refused(2, "was begun"));
    }

    void refusesBeforeAnythingStarts() {
        const auto refused = [&](const char* patch, int code, const char* words) {
            const Ran ran = lorashearRan({"bench", specWith(patch), "--out", place("never"), "--threads", "1"});
            return ran.refused(code, words) && !fs::exists(path("never"));
        };
        QVERIFY(refused(R"({"methods": [{"id": "flop"}]})", 5, "/methods/0/id"));
        QVERIFY(refused(R"({"ratios": [0.2, 0.99]})", 6, "/ratios/1"));
        QVERIFY(refused(R"({"ratios": [0.2, 0.99]})", 6, "one-shot at 99 % of stories260K"));
        QVERIFY(refused(R"({"training_tokens": 100})", 5, "/training_tokens"));
        QVERIFY(refused(R"({"changes": {"training": {"batch": 0}}})", 5, "/changes/training/batch"));
        QVERIFY(refused(R"({"models": [{"path": "nowhere"}]})", 3, "nowhere"));
        const json text = {{"name", "t"},
                           {"path", LORASHEAR_SOURCE_DIR "/resources/data/valid.txt"},
                           {"window", 128},
                           {"skip_windows", 90000}};
        const std::string pastTheEnd = json{{"changes", {{"evaluation", {{"texts", json::array({text})}}}}}}.dump();
        QVERIFY(refused(pastTheEnd.c_str(), 5, "/changes/evaluation/texts/0/skip_windows"));
        QVERIFY(lorashearRan(bench("whole") + QStringList{"--workers", "2", "--shared"}).refused(2, "three ways"));
        QVERIFY(lorashearRan({"bench", m_spec, "--out", place("whole"), "--threads", "2"}).refused(2, "was begun with 1"));
        const Ran half = lorashearRan(bench("whole"), {"WORLD_SIZE=2"});
        QVERIFY2(half.refused(2, "RANK"), half.err.c_str());
    }

    void theSlurmScriptParses() {
        QProcess shell;
        shell.start("bash", {"-n", LORASHEAR_SOURCE_DIR "/resources/bench/slurm-array.sh"});
        QVERIFY(shell.waitForFinished());
        QCOMPARE(shell.exitCode(), 0);
        QCOMPARE(sbatchFaults(readFile(LORASHEAR_SOURCE_DIR "/resources/bench/slurm-array.sh")), std::string());
        for (const char* wrong : {"#SBATCH --arrays=0-7", "#SBATCH --array=7-0", "#SBATCH --mem=8Gb", "#SBATCH --time=4h",
                                  "#SBATCH --signal=INT", "#SBATCH ntasks=1", "true\n#SBATCH --ntasks=1"})
            QVERIFY2(!sbatchFaults(std::string("#!/bin/bash\n") + wrong + "\n").empty(), wrong);
    }
};

}  // namespace tst_cli_bench

QTEST_GUILESS_MAIN(tst_cli_bench::TestCliBench)
#include "tst_cli_bench.moc"
