// A disk that fails at every call in turn, and kills: no run is lost, no torn file taken for a whole one, and the result has the bytes of an
// undisturbed run. A sample in every test run; all of it with LORASHEAR_FAULTS=all in the environment (an hour), or so many kills alone:
// LORASHEAR_KILLS=200 tst_cli_faults killedAtAnyMoment.

#include "core/run/run_folder.h"
#include "faulty_runs.h"

#include <QtTest>

#include <csignal>
#include <set>

namespace tst_cli_faults {

using namespace lorashear;
using namespace lorashear::testing;

namespace {

constexpr std::uint64_t kSeed = 20240611;
constexpr int kSampled = 5, kKills = 3, kAllKills = 200;

bool everything() {
    return qEnvironmentVariable("LORASHEAR_FAULTS") == "all";
}

int wantedKills() {
    const int asked = qEnvironmentVariableIntValue("LORASHEAR_KILLS");
    return asked > 0 ? asked : everything() ? kAllKills : kKills;
}

/// Whether a way to fail means anything to a call.
bool meant(const std::string& how, const CountedCall& call) {
    const bool reads = call.name == "read" || call.name == "open";
    if (how == "ENOSPC") return !reads && call.name != "ftruncate";
    if (how == "short") return call.name == "read" || call.name == "write";
    if (how == "torn") return call.name == "write";
    if (how == "EINTR") return call.name != "mkdir" && call.name != "ftruncate";
    return true;
}

struct Fault {
    CountedCall call;
    std::string how;
};

/// Every call with every way to fail, or a few of them of as different kinds as can be: each next one another way, and another file or call.
std::vector<Fault> faultsOf(const std::vector<CountedCall>& calls) {
    constexpr const char* kHows[] = {"EIO", "torn", "ENOSPC", "kill", "EINTR", "short"};
    std::vector<Fault> all, few;
    for (const char* how : kHows)
        for (const CountedCall& call : calls)
            if (meant(how, call)) all.push_back({call, how});
    if (everything()) return all;
    Random random(kSeed, "faults");
    std::set<std::string> seen;
    for (int i = 0; i < kSampled; ++i) {
        const std::string how = kHows[static_cast<std::size_t>(i) % std::size(kHows)];
        for (int tries = 0; tries < 1000; ++tries) {
            const Fault& fault = all[static_cast<std::size_t>(random.uniform() * static_cast<double>(all.size()))];
            const auto kind = fault.call.name + std::filesystem::path(fault.call.path).extension().string();
            if (fault.how != how || !seen.insert(kind).second) continue;
            few.push_back(fault);
            break;
        }
    }
    return few;
}

}  // namespace

class TestCliFaults : public QObject, private FaultyRuns {
    Q_OBJECT

    std::vector<CountedCall> m_calls;
    qint64 m_milliseconds = 0;
    int m_runs = 0, m_hits = 0;

    QString whole() const { return place("whole"); }
    QString freshRun() { return place(("run-" + std::to_string(++m_runs)).c_str()); }

    /// Goes on with a run that failed or was killed, and looks at the result. "" if all is well.
    std::string afterwards(const QString& run) const {
        const Ended rest = goOn(run);
        if (rest.ran.code != 0) return "cannot go on: " + rest.ran.out + rest.ran.err;
        return differenceFrom(whole(), run);
    }

    std::string tried(const Fault& fault) {
        const QString run = freshRun();
        const Ended first = begin(run, faults(fault.how.c_str(), fault.call.number));
        const bool retried = fault.how == "EINTR" || fault.how == "short", dies = fault.how == "kill" || fault.how == "torn";
        if (first.killed && !dies) return "died";
        m_hits += first.killed || first.ran.code != 0;
        if (retried && first.ran.code != 0) return "was not tried again: " + first.ran.out;
        if (!first.killed && first.ran.code != 0)
            if (const std::string wrong = unclear(first.ran); !wrong.empty()) return "no clear error: " + wrong;
        const std::string wrong = first.ran.code == 0 && !first.killed ? differenceFrom(whole(), run) : afterwards(run);
        if (wrong.empty()) std::filesystem::remove_all(run.toStdString());
        return wrong;
    }

private Q_SLOTS:
    void initTestCase() {
        makeRecipe();
        QElapsedTimer timer;
        timer.start();
        m_calls = tracedRun(whole());
        m_milliseconds = timer.elapsed();
        QVERIFY(!m_calls.empty());
        std::set<std::string> names;
        for (const CountedCall& call : m_calls) names.insert(call.name);
        for (const char* name : {"open", "create", "read", "write", "fsync", "rename", "mkdir"})
            QVERIFY2(names.count(name), name);  // the disk's calls pass through what lets them fail
        if (everything()) qInfo("%zu calls, %zu faults", m_calls.size(), faultsOf(m_calls).size());
    }

    void everyCallMayFailOnce() {
        std::string wrong;
        for (const Fault& fault : faultsOf(m_calls)) {
            const std::string found = tried(fault);
            if (found.empty()) continue;
            wrong += fault.how + " at call " + std::to_string(fault.call.number) + ", " + fault.call.name + " " +
                     fault.call.path + ": " + found + "\n";
            qWarning("%s", wrong.c_str());
        }
        QVERIFY2(wrong.empty(), wrong.c_str());
        QVERIFY(m_hits > 0);
    }

    /// A run is killed, gone on with and killed again until it comes to its end, then another one, until there were enough kills. What lies there
    /// after each of them is whole.
    void killedAtAnyMoment() {
        Random random(kSeed, "moments");
        std::map<std::string, int> stages;
        int kills = 0, runs = 0;
        for (const int wanted = wantedKills(); kills < wanted; ++runs) {
            const QString run = freshRun();
            std::string moments;
            for (bool killed = true; killed && kills < wanted;) {
                const int after = static_cast<int>((0.1 + 0.9 * random.uniform()) * static_cast<double>(m_milliseconds));
                moments += std::to_string(after) + " ms, ";
                const Ended ended = goOn(run, {}, after);
                killed = ended.killed;
                QVERIFY2(killed || ended.ran.code == 0, (moments + ended.ran.out + ended.ran.err).c_str());
                const std::string half = torn(run) + torn(run + "-cache");
                QVERIFY2(half.empty(), (moments + "torn: " + half).c_str());
                kills += killed;
                if (killed) ++stages[stageOf(run)];
            }
            const std::string wrong = afterwards(run);
            QVERIFY2(wrong.empty(), (moments + wrong).c_str());
            std::filesystem::remove_all(run.toStdString());
            std::filesystem::remove_all(run.toStdString() + "-cache");
        }
        std::string where;
        for (const auto& [stage, count] : stages) where += ", " + std::to_string(count) + " in " + stage;
        qInfo("%d kills in %d runs%s", kills, runs, where.c_str());
    }

    /// An export that is killed is there and whole, or not at all.
    void killedExports() {
        Random random(kSeed, "exports");
        const auto exported = [this](const QString& to, const QStringList& how, int killAfter) {
            return program(QStringList{"export", place("model"), "--out", to} + how, to, {}, killAfter);
        };
        int kills = 0;
        for (const auto& [name, how] : std::map<std::string, QStringList>{
                 {"folder", {"--format", "huggingface", "--max-shard-size", "300KB"}}, {"one.gguf", {"--format", "gguf"}}}) {
            QElapsedTimer timer;
            timer.start();
            const auto named = [&, ending = name](const std::string& folder) {  // a file may tell its own name
                std::filesystem::create_directories(path(folder.c_str()));
                return place((folder + "/" + ending).c_str());
            };
            const QString first = named("exported");
            QCOMPARE(exported(first, how, -1).ran.code, 0);
            const auto milliseconds = static_cast<double>(timer.elapsed());
            const auto whole = filesAt(first);
            for (int i = 0; i < std::max(1, wantedKills() / 8); ++i) {
                const QString to = named("killed-" + std::to_string(i));
                kills += exported(to, how, static_cast<int>((0.2 + 0.8 * random.uniform()) * milliseconds)).killed;
                QVERIFY(!std::filesystem::exists(to.toStdString()) || filesAt(to) == whole);
            }
        }
        qInfo("%d exports killed", kills);
    }

    /// From some moment on nothing can be written any more, as when a file system has met an error.
    void aFolderThatTurnsReadOnly() {
        const auto half = std::find_if(m_calls.begin(), m_calls.end(), [](const CountedCall& call) {
            return call.path.find("/checkpoints/") != std::string::npos && call.name == "fsync";
        });
        QVERIFY(half != m_calls.end());
        const QString run = freshRun();
        const Ended first = begin(run, faults("EROFS", half->number) << "LORASHEAR_FAULT_STAYS=1");
        QVERIFY(!first.killed);
        QCOMPARE(unclear(first.ran), std::string());
        const Ended second = goOn(run, faults("EROFS", 1) << "LORASHEAR_FAULT_STAYS=1");  // it is so still
        QCOMPARE(unclear(second.ran), std::string());
        QCOMPARE(afterwards(run), std::string());
    }

    void aClockThatJumps() {
        const QString run = freshRun();
        const Ended ended = begin(run, faults("none", 0) << "LORASHEAR_FAULT_CLOCK=-100000000");
        QCOMPARE(ended.ran.code, 0);
        QCOMPARE(differenceFrom(whole(), run), std::string());
        double before = 0;
        for (const LoggedEvent& logged : readEvents(run.toStdString() + "/events.jsonl")) {
            QVERIFY(logged.seconds >= before && logged.seconds < 1000);
            before = logged.seconds;
        }
    }

    /// The second one is told whose the run is, and changes nothing.
    void twoProgramsOnOneRun() {
        const QString run = freshRun();
        QProcess first;
        prepare(first);
        first.start(QStringLiteral(LORASHEAR_CLI), {"run", place("recipe.json"), "--out", run, "--json"});
        const std::filesystem::path log = run.toStdString() + "/events.jsonl";
        QTRY_VERIFY_WITH_TIMEOUT(std::filesystem::exists(log), 60000);
        const auto pid = first.processId();
        ::kill(static_cast<pid_t>(pid), SIGSTOP);
        const Ended resumed = goOn(run), begun = begin(run);
        ::kill(static_cast<pid_t>(pid), SIGCONT);
        QVERIFY(first.waitForFinished(60000));
        QCOMPARE(unclear(resumed.ran), std::string());
        QVERIFY2(resumed.ran.out.find("process " + std::to_string(pid)) != std::string::npos, resumed.ran.out.c_str());
        QVERIFY2(begun.ran.refused(7, "holds a run already"), begun.ran.err.c_str());
        QCOMPARE(first.exitCode(), 0);
        QCOMPARE(differenceFrom(whole(), run), std::string());
    }
};

}  // namespace tst_cli_faults

QTEST_GUILESS_MAIN(tst_cli_faults::TestCliFaults)
#include "tst_cli_faults.moc"
