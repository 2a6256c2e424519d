#include "core/io/atomic_file.h"
#include "core/run/engine.h"
#include "core/run/event_log.h"
#include "core/run/run_folder.h"
#include "ran_program.h"
#include "small_recipe.h"

#include <nlohmann/json.hpp>

#include <QtTest>

#include <cmath>
#include <csignal>
#include <cstdio>

namespace tst_cli {

using namespace lorashear;
using namespace lorashear::testing;
namespace fs = std::filesystem;
using nlohmann::json;

class TestCli : public QObject, private OwnFolder {
    Q_OBJECT

    std::string weights(const char* run) const { return readFile(path(run) / "model" / "model.safetensors"); }

    /// Starts the small recipe, waits until the log holds `steps` steps, and sends a signal.
    void interruptRun(const char* name, int steps, int signal, int& code) {
        QProcess process;
        prepare(process);
        process.start(LORASHEAR_CLI, {"run", place("small.json"), "--out", place(name), "--json"});
        const auto stepsSoFar = [&] {
            const auto events = readEvents(path(name) / "events.jsonl");
            return std::count_if(events.begin(), events.end(),
                                 [](const LoggedEvent& e) { return std::holds_alternative<event::Step>(e.event); });
        };
        QTRY_VERIFY_WITH_TIMEOUT(stepsSoFar() >= steps, 120000);
        ::kill(static_cast<pid_t>(process.processId()), signal);
        process.waitForFinished(60000);
        code = process.exitStatus() == QProcess::CrashExit ? -1 : process.exitCode();
    }

private Q_SLOTS:
    void initTestCase() {
        Recipe recipe = smallRecipe();
        writeFile(path("three.txt"), "Hi.");
        recipe.evaluation.texts.push_back({"three bytes", path("three.txt").string(), 64, 0, 0, true});
        writeFile(path("small.json"), recipeText(recipe));
        const Ran ran = lorashearRan({"run", place("small.json"), "--out", place("whole"), "--json"});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        const json result = ran.object();
        for (const char* key : {"parameters_before", "parameters_after", "ratio", "perplexity", "groups_removed",
                                "max_logit_difference", "seconds"})
            QVERIFY2(result.contains(key), key);
        // a perplexity of a few tokens is not passed off as one of a model
        const std::string few = "the perplexity of three bytes is that of ";
        QCOMPARE(result.at("warnings").size(), std::size_t{1});
        QVERIFY2(result.at("warnings").at(0).get<std::string>().starts_with(few), ran.err.c_str());
        QVERIFY2(ran.err.find(few) != std::string::npos, ran.err.c_str());
    }

    void fewTokensAreSaid() {
        const Ran ran = lorashearRan({"eval", kModel, "--text", place("three.txt"), "--bos", "--json"});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        QVERIFY(ran.object().at("tokens").get<int>() < 4 && ran.object().at("warnings").size() == 1);
        QVERIFY2(ran.err.find("warning: the perplexity of " + path("three.txt").string()) != std::string::npos,
                 ran.err.c_str());
    }

    /// Found out before a model is measured and a folder made, by whoever looks first; with the file, the key and how many there are.
    void windowsPastTheEndAreRefused() {
        json document = json::parse(readFile(path("small.json")));
        document["evaluation"]["texts"][0]["skip_windows"] = 100000;
        writeFile(path("past.json"), document.dump());
        for (const QStringList& asked : std::vector<QStringList>{{"recipe", "check", place("past.json")},
                                                                 {"run", place("past.json"), "--dry-run"},
                                                                 {"run", place("past.json"), "--out", place("past")}}) {
            const Ran ran = lorashearRan(asked);
            QVERIFY2(ran.refused(5, "/evaluation/texts/0/skip_windows: is 100000, and " + kText.toStdString() + " has "),
                     ran.err.c_str());
            QVERIFY2(ran.err.find(" windows of 64 tokens") != std::string::npos, ran.err.c_str());
        }
        QVERIFY(!fs::exists(path("past")));
        const Ran eval = lorashearRan({"eval", kModel, "--text", kText, "--window", "64", "--skip-windows", "100000"});
        QVERIFY2(eval.refused(3, kText.toStdString() + ": has "), eval.err.c_str());
    }

    void aKilledRunGoesOnToTheSameBytes() {
        int code = 0;
        interruptRun("killed", 5, SIGKILL, code);
        QCOMPARE(code, -1);
        const Ran ran = lorashearRan({"resume", place("killed"), "--json"});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        QVERIFY(weights("killed") == weights("whole"));
    }

    void controlCStopsCleanly() {
        int code = 0;
        interruptRun("stopped", 2, SIGINT, code);
        QCOMPARE(code, 10);
        const Ran ran = lorashearRan({"resume", place("stopped")});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        QVERIFY(ran.out.find("recovered") != std::string::npos);
        QVERIFY(weights("stopped") == weights("whole"));
    }

    /// Everything that a colleague needs to know of a run, without the folder.
    void aRunBecomesOneFile() {
        const Ran ran = lorashearRan({"report", place("whole"), "--out", place("whole.html"), "--json"});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        QCOMPARE(ran.object().at("report").get<std::string>(), path("whole.html").string());
        const std::string html = readFile(path("whole.html"));
        const json result = json::parse(readFile(path("whole") / "result.json"));
        const auto says = [&](const std::string& words) { return html.find(words) != std::string::npos; };
        QVERIFY(says("260,032") && says("<td>208,") && says("State</td><td class=\"words\">complete"));
        QVERIFY(says("<path fill=\"none\"") && says("<circle"));                                  // loss and checkpoints
        QVERIFY(says(">layers.") && (says("neurons") || says("KV heads")) && says("llama.cpp"));  // what went, of any block
        QVERIFY(says(">passed<") && says("lorashear run " + path("whole").string() + "/recipe.json --out"));
        for (const auto& [model, texts] : result.at("above_dense").items())
            for (const auto& [text, above] : texts.items()) {
                char interval[64];
                std::snprintf(interval, sizeof interval, " × %.4g (%.4g to %.4g)", std::exp(above.at("nll").get<double>()),
                              std::exp(above.at("low").get<double>()), std::exp(above.at("high").get<double>()));
                QVERIFY2(says(interval), interval);
            }
        // nothing is fetched from anywhere, nothing runs
        for (const char* word : {"<script", " src=", " href=", "url(", "@import"}) QVERIFY2(!says(word), word);
        QCOMPARE(lorashearRan({"report", place("nowhere"), "--out", place("x.html")}).code, 3);
        QVERIFY(!fs::exists(path("x.html")));
    }

    void helpNamesEveryCommandAndExitCode() {
        const Ran ran = lorashearRan({"--help"});
        QCOMPARE(ran.code, 0);
        for (const char* word : {"run", "resume", "recipe", "analyse", "inspect", "eval", "generate", "compare", "verify",
                                 "export", "report", "doctor", "Exit codes"})
            QVERIFY2(ran.out.find(word) != std::string::npos, word);
        for (const char* command :
             {"run", "resume", "recipe", "analyse", "inspect", "eval", "generate", "compare", "verify", "export", "doctor"})
            QCOMPARE(lorashearRan({command, "--help"}).code, 0);
    }

    void errorsAreObjectsWithTheirCode_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("name");
        QTest::newRow("unknown command") << QStringList{"prune", "--json"} << 2 << "usage";
        QTest::newRow("missing option") << QStringList{"run", "x.json", "--json"} << 2 << "usage";
        QTest::newRow("no such recipe") << QStringList{"recipe", "check", "/no/such.json", "--json"} << 3 << "bad-input";
        QTest::newRow("no such model") << QStringList{"analyse", "/no/model", "--text", "/no/text", "--json"} << 3
                                       << "bad-input";
        QTest::newRow("no such device") << QStringList{"generate", kModel, "--device", "gpu", "--json"} << 3 << "bad-input";
        QTest::newRow("not a run") << QStringList{"resume", "/tmp", "--json"} << 3 << "bad-input";
    }
    void errorsAreObjectsWithTheirCode() {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        QFETCH(QString, name);
        const Ran ran = lorashearRan(arguments);
        QCOMPARE(ran.code, code);
        const json error = ran.object();
        QCOMPARE(error.at("code").get<std::string>(), name.toStdString());
        for (const char* key : {"subject", "message", "hint"}) QVERIFY2(error.at(key).is_string(), key);
        QVERIFY(!ran.err.empty());
    }

    /// One exit code, whatever was to be written there; and what is there stays.
    void aTakenDestinationHasOneCode() {
        writeFile(path("taken"), "mine");
        const QString taken = place("taken");
        for (const QStringList& command : std::vector<QStringList>{
                 {"run", place("small.json"), "--out", taken},
                 {"report", place("whole"), "--out", taken},
                 {"slice", kModel, "--ratio", "0.2", "--out", taken},
                 {"export", kModel, "--out", taken},
                 {"recipe", "new", kModel, "-o", taken},
                 {"loadable", place("small.json"), "--snap", "transformers5", "--out", taken},
                 {"bench", LORASHEAR_SOURCE_DIR "/resources/bench/small.json", "--out", taken},
                 {"vocabulary", kModel, "--text", kText, "--keep", "400", "--no-measure", "--out", taken},
                 {"adapter", "recovery", place("whole"), "--out", taken},
                 {"inspect", kModel, "--dot", taken},
                 {"eval", kModel, "--tasks", place("tasks"), "--samples", taken},
                 {"doctor", "--report", taken}}) {
            const Ran ran = lorashearRan(command);
            QVERIFY2(ran.refused(7, "already"), (command.front().toStdString() + ": " + ran.err).c_str());
            QVERIFY2(ran.out.empty(), ran.out.c_str());  // before any work
            QCOMPARE(readFile(path("taken")), std::string("mine"));
        }
        QVERIFY(lorashearRan({"run", place("small.json"), "--out", place("whole")}).refused(7, "holds a run already"));
    }

    /// Files, not folders, are replaced where that is asked for: every option that names one has --force beside it.
    void forceReplacesAFile() {
        for (const QStringList& command :
             std::vector<QStringList>{{"recipe", "new", kModel, "-o"},
                                      {"loadable", place("small.json"), "--snap", "transformers5", "--out"},
                                      {"vocabulary", kModel, "--text", kText, "--keep", "400", "--no-measure", "--out"},
                                      {"inspect", kModel, "--dot"},
                                      {"report", place("whole"), "--out"},
                                      {"doctor", "--report"}}) {
            writeFile(path("given"), "mine");
            const Ran ran = lorashearRan(QStringList(command) << place("given") << "--force");
            QVERIFY2(ran.code == 0, (command.front().toStdString() + ": " + ran.err).c_str());
            QVERIFY(readFile(path("given")) != "mine");
        }
        QVERIFY(lorashearRan({"inspect", kModel, "--force"}).code == 2);  // which file?
        QVERIFY(lorashearRan({"report", place("whole"), "--out", place("whole/recipe.json"), "--force"})
                    .refused(3, "a run's own record"));
        QVERIFY(lorashearRan({"loadable", place("small.json"), "--out", place("none")}).refused(2, "--snap"));
        QVERIFY(lorashearRan({"doctor", "--report", place("none/report.txt")}).refused(7, "there is no folder"));
        const Ran piped = lorashearRan({"inspect", kModel, "--dot", "/dev/stdout", "--json"});
        QVERIFY2(piped.code == 0 && piped.out.find("digraph") != std::string::npos, piped.err.c_str());
    }

    /// A word that was not understood is named, with what was probably meant and what there is.
    void unknownWordsAreNamed() {
        const Ran command = lorashearRan({"frob"});
        QVERIFY2(command.refused(2, "frob: is no command of lorashear"), command.err.c_str());
        for (const char* known : {"run, resume", "inspect", "doctor"})
            QVERIFY2(command.err.find(known) != std::string::npos, command.err.c_str());
        QVERIFY(lorashearRan({"inspct", kModel}).refused(2, "did you mean inspect?"));
        QVERIFY(lorashearRan({"recipe", "chek", "x.json"})
                    .refused(2, "chek: is no command of lorashear recipe\n  did you mean check?"));
        QVERIFY(lorashearRan({}).refused(2, "needs a command"));
        const Ran option = lorashearRan({"run", place("small.json"), "--outt", place("x")});
        QVERIFY2(option.refused(2, "--outt: is no option of lorashear run\n  did you mean --out?"), option.err.c_str());
        QVERIFY(lorashearRan({"slice", kModel, "--outt=x"}).refused(2, "did you mean --out?"));  // not that --out is missing
        QVERIFY(lorashearRan({"inspect", kModel, "more"}).refused(2, "more: is one word too many"));
        QCOMPARE(lorashearRan({"frob", "--json"}).object().at("subject"), json("frob"));
    }

    void badRecipesAreRefusedByPointer() {
        json document = json::parse(recipeText(smallRecipe()));
        document["plan"]["ratio"] = 1;
        writeFile(path("bad.json"), document.dump());
        const Ran ran = lorashearRan({"run", place("bad.json"), "--out", place("bad"), "--json"});
        QCOMPARE(ran.code, 5);
        QCOMPARE(ran.object().at("subject").get<std::string>(), std::string("/plan/ratio"));
        QVERIFY(!fs::exists(path("bad")));
    }

    void newRecipesAreComplete() {
        const Ran made = lorashearRan({"recipe", "new", kModel, "-o", place("new.json")});
        QVERIFY2(made.code == 0, made.err.c_str());
        QCOMPARE(lorashearRan({"recipe", "check", place("new.json")}).code, 0);
        const std::string text = readFile(path("new.json"));
        QCOMPARE(recipeText(parseRecipe(text, "new.json")), text);
        QCOMPARE(lorashearRan({"recipe", "doc"}).out, recipeHelp());
    }

    /// Said beside the recipe, which is the same on every machine. Two measurements on a busy machine may lie a factor of two apart.
    void newRecipesTellOfMixedWhereItPays() {
        const json rates = lorashearRan({"doctor", "--json"}).object().at("gflops");
        const double gain = rates.at("bf16").get<double>() / rates.at("fp32").get<double>();
        const Ran made = lorashearRan({"recipe", "new", kModel});
        QCOMPARE(made.code, 0);
        QCOMPARE(parseRecipe(made.out, "standard output").compute, std::string("fp32"));
        const bool told = made.err.find("\"compute\": \"mixed\"") != std::string::npos;
        QVERIFY2(told || made.err.empty(), made.err.c_str());
        QVERIFY2(told || gain < 2 * 1.3, qPrintable(QString::number(gain)));
        QVERIFY2(!told || gain > 1.3 / 2, qPrintable(QString::number(gain)));
    }

    void analysisMeasuresEveryNodeGroup() {
        const Ran ran = lorashearRan({"analyse", kModel, "--text", kText, "--window", "64", "--max-windows", "4", "--json"});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        const json result = ran.object();
        QVERIFY(result.at("baseline_nll").get<double>() > 1);
        QCOMPARE(result.at("node_groups").size(), std::size_t{10});
        for (const json& entry : result.at("node_groups"))
            for (const char* key : {"id", "deviation", "spread", "prunable", "windows", "settled"})
                QVERIFY2(entry.contains(key), key);
    }

    void analysisKnowsPresetsAndAdapters() {
        const QStringList base{"analyse", kModel, "--text", kText, "--window", "64", "--max-windows", "2", "--json"};
        const auto ran = [&](const QStringList& more) { return lorashearRan(base + more); };
        const json quick = ran({"--preset", "quick"}).object(), full = ran({"--preset", "full"}).object();
        QCOMPARE(quick, ran({}).object());
        QCOMPARE(full, ran({"--ratio", "0.25", "0.5", "0.75"}).object());
        QVERIFY(full != quick);
        QVERIFY(ran({"--no-bos"}).object().at("baseline_nll") != quick.at("baseline_nll"));
        const json settled = ran({"--confidence", "0.9"}).object();
        QCOMPARE(settled.at("confidence").get<double>(), 0.9);
        QCOMPARE(settled.at("node_groups").at(0).at("windows").get<int>(), 2);  // of so few none can be settled
        QVERIFY(!settled.at("node_groups").at(0).at("settled").get<bool>());
        QCOMPARE(ran({"--confidence", "1"}).code, 2);
        QCOMPARE(ran({"--preset", "slow"}).code, 2);
        QCOMPARE(ran({"--preset", "full", "--ratio", "0.5"}).code, 2);
        const Ran missing = ran({"--adapter", "/no/adapter"});
        QCOMPARE(missing.code, 3);
        QVERIFY(missing.out.find("/no/adapter") != std::string::npos);
    }

    /// Also where one of them is killed; each way with a cache of its own, so that nothing is known before.
    void severalProcessesShareAnAnalysis() {
        const QStringList base{"analyse", kModel,      "--text", kText,          "--window", "64",    "--max-windows",
                               "8",       "--threads", "1",      "--confidence", "0.95",     "--json"};
        const auto ran = [&](const QStringList& more, const char* cache) {
            return lorashearRan(base + more, {QStringLiteral("XDG_CACHE_HOME=") + place(cache)});
        };
        const Ran alone = ran({}, "cache-alone"), workers = ran({"--workers", "3"}, "cache-workers");
        QVERIFY2(workers.code == 0, workers.err.c_str());
        QCOMPARE(workers.out, alone.out);

        QProcess killed;
        prepare(killed);
        auto environment = killed.processEnvironment();
        environment.insert("XDG_CACHE_HOME", place("cache-killed"));
        killed.setProcessEnvironment(environment);
        killed.start(LORASHEAR_CLI, base + QStringList{"--shared", place("meeting"), "--lease", "1"});
        QTRY_VERIFY_WITH_TIMEOUT(QFile(place("meeting/queue")).size() > 0 || killed.state() == QProcess::NotRunning, 60000);
        killed.kill();
        killed.waitForFinished(60000);
        const Ran other = ran({"--shared", place("meeting"), "--lease", "1"}, "cache-shared");
        QVERIFY2(other.code == 0, other.err.c_str());
        QCOMPARE(other.out, alone.out);

        QCOMPARE(ran({"--workers", "2", "--shared", place("meeting")}, "cache-none").code, 2);
        QCOMPARE(ran({"--workers", "0"}, "cache-none").code, 2);
    }

    /// As the window does it: no LibTorch in this program until the engine is opened.
    void theEngineOpensAtRunTime() {
        const auto engine = loadEngine(1);
        std::vector<RunEvent> events;
        engine->execute(
            command::OpenModel{kModel.toStdString()}, [&](RunEvent event) { events.push_back(std::move(event)); }, {},
            nullptr);
        QCOMPARE(std::get<event::Finished>(events.back()).outcome, event::Finished::Outcome::Completed);
        qputenv("LORASHEAR_ENGINE", "/no/such/engine.so");
        QVERIFY_THROWS_EXCEPTION(Error, loadEngine(1));
        qunsetenv("LORASHEAR_ENGINE");
    }

    /// What people paste into a public issue does not say who they are: not by their home, also where a link leads to it or its name
    /// has spaces or capitals, nor by their name in another path, nor by the machine's. Words that only contain a name stay.
    void doctorsReportNamesNobody() {
        std::filesystem::create_directories(path("data/h1"));
        std::filesystem::create_directory_symlink(path("data/h1"), path("linked"));
        const QString paths =
            QStringList{place("linked/lib"), place("data/h1/lib"), "/Users/anna maria/lib", "/Users/friedrich",
                        place("home/otto"),  "/srv/Hildegard/lib", "/srv/hildegards/lib"}
                .join(':');
        const Ran ran = lorashearRan(
            {"doctor", "--report", place("report.txt"), "--json"},
            {"HOME=" + place("linked"), "USER=hildegard", "LOGNAME=hildegard", "SUDO_USER=walpurga",
             "LD_LIBRARY_PATH=" + paths, "LORASHEAR_DATA=/srv/walpurga/" + QSysInfo::machineHostName() + "/data"});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        const std::string report = readFile(path("report.txt"));
        for (const char* words : {"LoRAShear Studio:", "LibTorch:", "processor:", "fp32, bf16:", "distribution:",
                                  "LD_LIBRARY_PATH=~/lib:~/lib:~/lib:~:", "~:/srv/…/lib:/srv/hildegards/lib\n",
                                  "LORASHEAR_DATA=/srv/…/…/data\n"})
            QVERIFY2(report.find(words) != std::string::npos, (words + ("\n" + report)).c_str());
        for (const std::string& word : {path("linked").string(), path("data").string()})
            QVERIFY2(report.find(word) == std::string::npos, report.c_str());
        for (const char* word : {"hildegard/", "friedrich", "/home/", "otto", "maria", "walpurga"})
            QVERIFY2(report.find(word) == std::string::npos, report.c_str());
    }

    void doctorMeasures() {
        const Ran ran = lorashearRan({"doctor", "--json"});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        const json result = ran.object();
        QVERIFY(result.at("gflops").at("fp32").get<double>() > 0);
        QVERIFY(result.at("gflops").at("bf16").get<double>() > 0);
        QCOMPARE(result.at("wait_policy").get<std::string>(), std::string("passive"));
        QCOMPARE(result.at("openmp").size(), std::size_t{1});
        QVERIFY(result.at("libtorch").at("library").get<std::string>().ends_with("libtorch_cpu.so"));
    }
};

}  // namespace tst_cli

QTEST_GUILESS_MAIN(tst_cli::TestCli)
#include "tst_cli.moc"
