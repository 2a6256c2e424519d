#include "core/eval/zero_shot.h"

#include "core/base/error.h"
#include "core/eval/perplexity.h"
#include "core/model/causal_lm.h"
#include "core/text/tokenizer.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <fstream>

namespace lorashear {

using nlohmann::json;

namespace {

constexpr int kTaskBatch = 8;

std::string stripped(const std::string& text) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

void replaceAll(std::string& text, const std::string& from, const std::string& to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
}

std::string capitalised(std::string text) {
    for (std::size_t i = 0; i < text.size(); ++i)
        text[i] = static_cast<char>(i == 0 ? std::toupper(static_cast<unsigned char>(text[i]))
                                           : std::tolower(static_cast<unsigned char>(text[i])));
    return text;
}

Question multipleChoice(const std::string& context, const std::vector<std::string>& texts, int answer) {
    Question q;
    for (const auto& text : texts) q.choices.emplace_back(context, std::string(1, ' ').append(text));
    q.answer = answer;
    return q;
}

Question boolq(const std::string& line) {
    const auto j = json::parse(line);
    return multipleChoice(
        j.at("passage").get<std::string>() + "\nQuestion: " + j.at("question").get<std::string>() + "?\nAnswer:",
        {"no", "yes"}, j.at("answer").get<bool>() ? 1 : 0);
}

Question piqa(const std::string& line) {
    const auto j = json::parse(line);
    return multipleChoice("Question: " + j.at("goal").get<std::string>() + "\nAnswer:",
                          {j.at("sol1").get<std::string>(), j.at("sol2").get<std::string>()}, j.at("label").get<int>());
}

/// Without what Python's re.sub(r"\[.*?\]", "", text) removes. (std::regex calls itself for every character, and a long line ends the program.)
std::string withoutBrackets(const std::string& text) {
    std::string result;
    std::size_t at = 0;
    for (std::size_t open; (open = text.find('[', at)) != std::string::npos;) {
        const std::size_t end = text.find_first_of("]\n", open);
        if (end == std::string::npos) break;  // nor does any bracket behind it close
        result.append(text, at, (text[end] == ']' ? open : end + 1) - at);
        at = end + 1;
    }
    return result.append(text, at);
}

// WikiHow's markup, as lm-evaluation-harness removes it.
std::string withoutMarkup(std::string text) {
    text = stripped(text);
    replaceAll(text, " [title]", ". ");
    text = withoutBrackets(text);
    replaceAll(text, "  ", " ");
    return text;
}

Question hellaswag(const std::string& line) {
    const auto j = json::parse(line);
    const auto context = j.at("ctx_a").get<std::string>() + " " + capitalised(j.at("ctx_b").get<std::string>());
    std::vector<std::string> endings;
    for (const auto& ending : j.at("endings")) endings.push_back(withoutMarkup(ending.get<std::string>()));
    const auto& label = j.at("label");
    return multipleChoice(withoutMarkup(j.at("activity_label").get<std::string>() + ": " + context), endings,
                          label.is_string() ? std::stoi(label.get<std::string>()) : label.get<int>());
}

// The option replaces the blank; what follows it is scored under both.
Question winogrande(const std::string& line) {
    const auto j = json::parse(line);
    const auto sentence = j.at("sentence").get<std::string>();
    const auto blank = sentence.find('_');
    if (blank == std::string::npos) throw json::other_error::create(501, "the sentence has no blank", &j);
    Question q;
    for (const char* key : {"option1", "option2"})
        q.choices.emplace_back(sentence.substr(0, blank) + j.at(key).get<std::string>(),
                               std::string(1, ' ').append(stripped(sentence.substr(blank + 1))));
    q.answer = std::stoi(j.at("answer").get<std::string>()) - 1;
    return q;
}

Question labelled(const std::string& line, bool withFrame) {
    const auto j = json::parse(line);
    const auto stem = j.at("question").at("stem").get<std::string>();
    std::vector<std::string> texts;
    int answer = -1;
    for (const auto& choice : j.at("question").at("choices")) {
        if (choice.at("label") == j.at("answerKey")) answer = static_cast<int>(texts.size());
        texts.push_back(choice.at("text").get<std::string>());
    }
    return multipleChoice(withFrame ? "Question: " + stem + "\nAnswer:" : stem, texts, answer);
}

Question arc(const std::string& line) {
    return labelled(line, true);
}

Question openbookqa(const std::string& line) {
    return labelled(line, false);
}

// Context and continuation are tokenised together: a tokenizer may join across the border. White space at the border belongs to the
// continuation, as it does inside most tokens.
Sequence sequenceOf(const Tokenizer& tokenizer, const std::string& context, const std::string& continuation, int longest,
                    bool wantsBos) {
    const auto head = tokenizer.encode(context.substr(0, context.find_last_not_of(" \t\r\n") + 1));
    auto ids = tokenizer.encode(context + continuation);
    const std::size_t bos = wantsBos && tokenizer.addsBos() ? 1 : 0;
    if (bos != 0) ids.insert(ids.begin(), tokenizer.bosId());
    if (ids.size() < 2)
        throw Error(ErrorCode::BadInput, "question", "\"" + context + continuation + "\" is shorter than two tokens");
    auto scored = ids.size() - std::min(ids.size() - 1, head.size() + bos);
    scored = std::clamp<std::size_t>(scored, 1, ids.size() - 1);
    if (ids.size() > static_cast<std::size_t>(longest) + 1) ids.erase(ids.begin(), ids.end() - (longest + 1));
    Sequence sequence{ids, std::vector<bool>(ids.size() - 1, false)};
    const auto counted = std::min(scored, sequence.lossMask.size());
    std::fill(sequence.lossMask.end() - static_cast<std::ptrdiff_t>(counted), sequence.lossMask.end(), true);
    return sequence;
}

}  // namespace

const std::vector<ZeroShotTask>& zeroShotTasks() {
    static const std::vector<ZeroShotTask> kTable = {
        {"boolq", "yes/no questions about a passage", boolq},
        {"piqa", "physical common sense, two solutions", piqa},
        {"hellaswag", "which ending follows, four choices", hellaswag},
        {"winogrande", "what a pronoun stands for, two choices", winogrande},
        {"arc_easy", "school science, easy part", arc},
        {"arc_challenge", "school science, hard part", arc},
        {"openbookqa", "elementary science, four choices", openbookqa},
    };
    return kTable;
}

std::vector<Question> readQuestions(const ZeroShotTask& task, const std::filesystem::path& folder, int limit) {
    const auto file = folder / (task.id + ".jsonl");
    std::error_code ignored;
    std::ifstream in;
    if (std::filesystem::is_regular_file(file, ignored)) in.open(file);
    if (!in.is_open()) throw Error(ErrorCode::BadInput, file.string(), "cannot be opened");
    std::vector<Question> questions;
    std::string line;
    for (int number = 1; std::getline(in, line) && (limit == 0 || number <= limit); ++number) {
        if (stripped(line).empty()) continue;
        try {
            questions.push_back(task.read(line));
        } catch (const std::exception& problem) {
            throw Error(ErrorCode::BadInput, file.string() + ":" + std::to_string(number), problem.what());
        }
        const auto& q = questions.back();
        if (q.answer < 0 || q.answer >= static_cast<int>(q.choices.size()))
            throw Error(ErrorCode::BadInput, file.string() + ":" + std::to_string(number),
                        "the answer is none of the choices");
    }
    if (questions.empty()) throw Error(ErrorCode::BadInput, file.string(), "holds no question");
    return questions;
}

TaskScore scoreTask(const CausalLM& model, const Tokenizer& tokenizer, const std::vector<Question>& questions,
                    const Control& control, int batch, bool bos) {
    std::vector<Sequence> sequences;
    for (const auto& q : questions)
        for (const auto& [context, continuation] : q.choices)
            sequences.push_back(sequenceOf(tokenizer, context, continuation, model.config().maxPositions, bos));
    const auto losses = sequenceLosses(model, sequences, batch, Compute::Fp32, control, "tasks");
    TaskScore score;
    std::size_t next = 0;
    int right = 0, rightNormalised = 0;
    for (const auto& q : questions) {
        int best = 0, bestNormalised = 0;
        double least = INFINITY, leastNormalised = INFINITY;
        QuestionScore& one = score.each.emplace_back();
        one.answer = q.answer;
        for (int c = 0; c < static_cast<int>(q.choices.size()); ++c, ++next) {
            const double loss = losses[next].sum;
            one.logLikelihoods.push_back(-loss);
            const double perByte = loss / static_cast<double>(std::max<std::size_t>(
                                              q.choices[static_cast<std::size_t>(c)].second.size() - 1, 1));
            if (loss < least) least = loss, best = c;
            if (perByte < leastNormalised) leastNormalised = perByte, bestNormalised = c;
        }
        right += best == q.answer;
        rightNormalised += bestNormalised == q.answer;
    }
    const auto n = static_cast<double>(questions.size());
    score.questions = static_cast<int>(questions.size());
    score.accuracy = right / n;
    score.normalisedAccuracy = rightNormalised / n;
    score.standardError = n > 1 ? std::sqrt(score.accuracy * (1 - score.accuracy) / (n - 1)) : 0;
    return score;
}

std::map<std::string, TaskScore> scoreTasks(const CausalLM& model, const Tokenizer& tokenizer,
                                            const std::filesystem::path& folder, int limit, const Control& control,
                                            bool bos) {
    std::map<std::string, TaskScore> scores;
    for (const auto& task : zeroShotTasks())
        if (std::filesystem::exists(folder / (task.id + ".jsonl")))
            scores[task.id] = scoreTask(model, tokenizer, readQuestions(task, folder, limit), control, kTaskBatch, bos);
    if (scores.empty())
        throw Error(
            ErrorCode::BadInput, folder.string(), "holds none of the task files",
            "Expected boolq.jsonl, piqa.jsonl, hellaswag.jsonl, winogrande.jsonl, arc_easy.jsonl, arc_challenge.jsonl or openbookqa.jsonl.");
    return scores;
}

}  // namespace lorashear
