#pragma once

#include "core/base/control.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace lorashear {

class CausalLM;
class Tokenizer;

/// One question: the choices' log-likelihoods are compared. Usually one context with several continuations; WinoGrande has several contexts
/// with one continuation.
struct Question {
    std::vector<std::pair<std::string, std::string>> choices;  ///< context, continuation (with its leading space)
    int answer = 0;
};

/// What one question came to.
struct QuestionScore {
    std::vector<double> logLikelihoods;  ///< of each choice's continuation, nats
    int answer = 0;
};

struct TaskScore {
    double accuracy = 0;            ///< share of questions where the summed log-likelihood is highest for the answer
    double normalisedAccuracy = 0;  ///< the same after division by the continuation's length in bytes
    double standardError = 0;       ///< of accuracy
    int questions = 0;
    std::vector<QuestionScore> each;  ///< in the file's order
};

/// A zero-shot task: file name in the task folder and how a JSON line becomes a question, with the prompts of lm-evaluation-harness.
struct ZeroShotTask {
    std::string id;  ///< "piqa"; the file is id + ".jsonl"
    std::string help;
    Question (*read)(const std::string& jsonLine);  ///< throws nlohmann::json::exception on a malformed line
};

/// The table of tasks.
const std::vector<ZeroShotTask>& zeroShotTasks();

/// The first `limit` questions (0: all) of a task. Error(BadInput) names file and line.
std::vector<Question> readQuestions(const ZeroShotTask& task, const std::filesystem::path& folder, int limit);

/// Scores a task as lm-evaluation-harness does: BOS first where the tokenizer itself puts one (unless bos is false: early releases), context and continuation tokenised together with the
/// context's trailing spaces moved to the continuation, cut to the last config.maxPositions tokens.
TaskScore scoreTask(const CausalLM& model, const Tokenizer& tokenizer, const std::vector<Question>& questions,
                    const Control& control, int batch = 8, bool bos = true);

/// Every task of the table whose file is in the folder. Error(BadInput) if there is none.
std::map<std::string, TaskScore> scoreTasks(const CausalLM& model, const Tokenizer& tokenizer,
                                            const std::filesystem::path& folder, int limit, const Control& control,
                                            bool bos = true);

}  // namespace lorashear
