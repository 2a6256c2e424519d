#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace lorashear {

class Tokenizer;

/// One document of a source. prompt is empty for plain text; for instruction data the loss is taken on text only.
struct Document {
    std::string prompt;
    std::string text;
};

/// How a source's file is read. Auto goes by the ending, in small or capital letters: .jsonl, .ndjson and .jsonlines one record a line, .json an array of records or one
/// a line, anything else text; tables, compressed and binary files are refused by name. Records are {"text"}, Alpaca's {"instruction", "input",
/// "output"}, or {"prompt", "completion"}; conversations of several turns are refused.
enum class SourceFormat { Auto, Text, JsonLines, Alpaca };

/// Reads a source whole. Text splits into documents at blank lines; Alpaca records become the standard Alpaca prompt
/// (with or without input) and their response. Error(BadInput) names file, line or record and what is wrong; an empty
/// source is an error.
std::vector<Document> readDocuments(const std::filesystem::path& path, SourceFormat format = SourceFormat::Auto);

/// What Auto stands for with this path; any other format as it is.
SourceFormat resolvedFormat(const std::filesystem::path& path, SourceFormat format);

/// The prompt of Stanford Alpaca, which the response follows; blank input selects the template without one.
std::string alpacaPrompt(const std::string& instruction, const std::string& input);

/// A file as one string, for perplexity (no splitting). A byte order mark is dropped; stray ill-formed bytes, at most one in 10,000, become U+FFFD;
/// Error(BadInput) naming the line if there are more (another encoding), if there is nothing but white space or if it is not text.
std::string readWholeText(const std::filesystem::path& path);

/// Text without irregular characters (isIrregular in unicode_classes.h; carriage returns are among them).
std::string withoutIrregularCharacters(const std::string& text);

/// The filter of the paper's recovery data: documents cleaned of irregular characters, and only those of more than
/// minTokens tokens. Instruction data (a prompt) is cleaned but never dropped for its length. May return nothing.
std::vector<Document> withoutShortParagraphs(std::vector<Document> documents, const Tokenizer& tokenizer,
                                             int minTokens = 64);

/// A training or evaluation sequence: ids and, for each position, whether its prediction counts in the loss.
/// Position t predicts ids[t + 1]; lossMask has ids.size() - 1 entries.
struct Sequence {
    std::vector<int> ids;
    std::vector<bool> lossMask;
};

/// Cuts a token stream into windows of `window` tokens: BOS (if bos) plus window-1 (or window) consecutive tokens, without
/// overlap; the tail shorter than a whole window is dropped unless it is the only one. At most maxWindows (0: all).
/// Error(BadInput) if the text yields fewer than two tokens.
std::vector<Sequence> windowsOf(const Tokenizer& tokenizer, const std::string& text, int window, bool bos, int maxWindows);

}  // namespace lorashear
