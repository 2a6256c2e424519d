#pragma once

#include "core/base/random.h"
#include "core/io/atomic_file.h"
#include "core/run/event_log.h"
#include "core/run/recipe.h"
#include "ran_program.h"
#include "small_recipe.h"
#include "whole_files.h"

#include <QElapsedTimer>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

/// Runs of the command line on a disk that fails, or killed: what tests of both have in common.
namespace lorashear::testing {

/// How a process ended.
struct Ended {
    bool killed = false;
    Ran ran;
};

/// A call on a file below the test's folder, as tests/support/faults.cpp counts them.
struct CountedCall {
    long number = 0;
    std::string name, path;
};

class FaultyRuns : protected OwnFolder {
protected:
    /// Everything that a run reads and writes lies below the test's folder, so that every call on it counts.
    void makeRecipe() {
        namespace fs = std::filesystem;
        Recipe recipe = smallRecipe();
        copied("model");
        fs::remove(path("model") / "reference.json");  // no part of the model
        const auto shortened = [this](std::string& from, const char* name) {
            writeFile(path(name), readFile(from).substr(0, 12000));
            from = path(name).string();
        };
        shortened(recipe.training.sources.front().path, "train.txt");
        shortened(recipe.evaluation.texts.front().path, "valid.txt");
        recipe.recovery.phases.front().sources = recipe.training.sources;
        recipe.model.path = path("model").string();
        recipe.lora.rank = 2;
        recipe.analysis.text.maxWindows = 1;
        recipe.method.optionsJson =
            R"({"warmup_steps": 1, "periods": 1, "period_steps": 1, "calibration_sequences": 1, "ranking_rounds": 1})";
        recipe.training.distillation = 0;
        recipe.recovery.phases.front().maxRounds = 1;
        recipe.recovery.phases.front().stepsPerRound = 2;
        recipe.evaluation.texts.front().maxWindows = 1;
        recipe.evaluation.sampleTokens = 0;
        recipe.checkpointSteps = 1;
        writeFile(path("recipe.json"), recipeText(recipe));
    }

    /// With its own analysis cache, below the folder too.
    Ended program(const QStringList& arguments, const QString& run, const QStringList& variables = {},
                  int killAfterMilliseconds = -1) const {
        QProcess process;
        prepare(process);
        auto environment = process.processEnvironment();
        environment.insert("XDG_CACHE_HOME", run + "-cache");
        for (const QString& variable : variables) environment.insert(variable.section('=', 0, 0), variable.section('=', 1));
        process.setProcessEnvironment(environment);
        process.start(QStringLiteral(LORASHEAR_CLI), arguments);
        if (killAfterMilliseconds >= 0 && !process.waitForFinished(killAfterMilliseconds)) process.kill();
        // One that ended on the very moment is not running any more, and not waited for.
        if (process.state() != QProcess::NotRunning && !process.waitForFinished(600000))
            return {false, {-1, {}, "did not end"}};
        return {process.exitStatus() == QProcess::CrashExit,
                {process.exitCode(), process.readAllStandardOutput().toStdString(),
                 process.readAllStandardError().toStdString()}};
    }

    Ended begin(const QString& run, const QStringList& variables = {}, int killAfterMilliseconds = -1) const {
        return program({"run", place("recipe.json"), "--out", run, "--json"}, run, variables, killAfterMilliseconds);
    }
    /// What a person does next: goes on with the run, or begins it where there is none yet.
    Ended goOn(const QString& run, const QStringList& variables = {}, int killAfterMilliseconds = -1) const {
        if (!std::filesystem::exists(run.toStdString() + "/recipe.json"))
            return begin(run, variables, killAfterMilliseconds);
        return program({"resume", run, "--json"}, run, variables, killAfterMilliseconds);
    }

    QStringList faults(const QString& how, long at) const {
        const QString asan = qEnvironmentVariable("ASAN_OPTIONS");
        return {"LD_PRELOAD=" LORASHEAR_FAULTS, "LORASHEAR_FAULT_ROOT=" + place(""), "LORASHEAR_FAULT_AS=" + how,
                "LORASHEAR_FAULT_AT=" + QString::number(at),
                "ASAN_OPTIONS=" + (asan.isEmpty() ? asan : asan + ":") + "verify_asan_link_order=0"};
    }

    /// All counted calls of an undisturbed run.
    std::vector<CountedCall> tracedRun(const QString& run) const {
        auto variables = faults("none", 0);
        variables += "LORASHEAR_FAULT_TRACE=" + place("trace");
        if (begin(run, variables).ran.code != 0) return {};
        std::vector<CountedCall> calls;
        std::istringstream lines(readFile(path("trace")));
        for (std::string line; std::getline(lines, line);) {
            CountedCall call;
            std::istringstream words(line);
            words >> call.number >> call.name;
            std::getline(words >> std::ws, call.path);
            calls.push_back(std::move(call));
        }
        return calls;
    }

    /// The model that a run ended with.
    static std::map<std::string, std::string> modelOf(const QString& run) { return filesAt(run + "/model"); }

    /// What is wrong with a finished run, in words; "" if it is the undisturbed one's like.
    static std::string differenceFrom(const QString& whole, const QString& run) {
        if (!std::filesystem::exists(run.toStdString() + "/model")) return "no model";
        if (modelOf(run) != modelOf(whole)) return "other bytes than the undisturbed run's";
        if (const std::string left = remains(run); !left.empty()) return "left behind: " + left;
        const auto events = readEvents(run.toStdString() + "/events.jsonl"),
                   before = readEvents(whole.toStdString() + "/events.jsonl");
        const auto steps = [](const std::vector<LoggedEvent>& all) {
            return std::count_if(all.begin(), all.end(),
                                 [](const LoggedEvent& e) { return std::holds_alternative<event::Step>(e.event); });
        };
        if (steps(events) != steps(before)) return "its log tells of other steps";
        const auto* end = events.empty() ? nullptr : std::get_if<event::Finished>(&events.back().event);
        return end && end->outcome == event::Finished::Outcome::Completed ? "" : "its log has no end";
    }

    /// What is wrong with how a program failed, in words; "" if it said clearly what and where.
    static std::string unclear(const Ran& ran) {
        const auto error = nlohmann::json::parse(ran.out, nullptr, false);
        if (ran.code != 7 || !error.is_object()) return "code " + std::to_string(ran.code) + ", " + ran.out + ran.err;
        for (const char* key : {"subject", "message"})
            if (error.value(key, std::string()).empty()) return std::string("no ") + key;
        return {};
    }
};

}  // namespace lorashear::testing
