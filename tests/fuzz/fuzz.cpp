// Bytes through everything that reads a kind of file.
//
//   fuzz TARGET [--mutations N] [--seed S] FILE|FOLDER …      each file, and N changed copies of each
//   fuzz --all [--mutations N] [--seed S] CORPUS              every target over CORPUS/<target>
//
// The changes are a pure function of the seed and the file's name. An input that crashes, hangs (half a minute) or lets anything but an Error out is
// written to fuzz-crash in the working folder. Compiled with clang, -fsanitize=fuzzer and FUZZ_WITH_LIBFUZZER it is a libFuzzer target for the
// format that LORASHEAR_FUZZ_TARGET names.

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/io/atomic_file.h"
#include "tests/fuzz/targets.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

using namespace lorashear;
using namespace lorashear::fuzz;

namespace {

void tryOn(const Target& target, const std::string& bytes) {
    try {
        target.read(bytes);
    } catch (const Error&) {
        return;  // refused in words
    } catch (const std::exception& thrown) {
        defect(std::string(target.name) + ": something else than an Error came out: " + thrown.what());
    }
}

}  // namespace

#ifdef FUZZ_WITH_LIBFUZZER

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    static const Target* const kTarget =
        targetNamed(std::getenv("LORASHEAR_FUZZ_TARGET") ? std::getenv("LORASHEAR_FUZZ_TARGET") : "");
    if (!kTarget) defect("LORASHEAR_FUZZ_TARGET names no target");
    tryOn(*kTarget, std::string(reinterpret_cast<const char*>(data), size));
    return 0;
}

#else

namespace {

namespace fs = std::filesystem;

constexpr unsigned kSecondsEach = 30;

// For the signal handler: what is being tried.
const std::string* current = nullptr;

void onCrash(int signal) {
    constexpr char kWhere[] = "the input is in fuzz-crash\n";
    const int file = ::open("fuzz-crash", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file >= 0 && current != nullptr && ::write(file, current->data(), current->size()) >= 0)
        (void)!::write(STDERR_FILENO, kWhere, sizeof kWhere - 1);
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

/// One small change, of the kinds that break readers.
void change(std::string& bytes, const std::string& other, Random& random) {
    const auto place = [&] { return static_cast<std::size_t>(random.below(bytes.size() + 1)); };
    const auto length = [&](std::size_t at) {
        return std::min<std::size_t>(bytes.size() - at, static_cast<std::size_t>(random.below(1 + random.below(64))));
    };
    static constexpr const char* kWords[] = {
        "9223372036854775807",  "-1", "1e999", "null",   "{",     "]", "\"\"", "0.5", "[[[[", "\\u0000", "true",
        "18446744073709551616", "{}", "[]",    "\n=== ", "999999"};
    const auto at = place();
    switch (random.below(8)) {
        case 0:
            if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
            return;
        case 1:
            if (at < bytes.size()) bytes[at] = static_cast<char>(random.below(256));
            return;
        case 2: bytes.erase(at, length(at)); return;
        case 3: bytes.insert(at, bytes.substr(at, length(at))); return;
        case 4: bytes.insert(at, kWords[random.below(std::size(kWords))]); return;
        case 5: {  // a number becomes another one
            const auto begin = bytes.find_first_of("0123456789", at);
            if (begin == std::string::npos) return;
            const auto end = bytes.find_first_not_of("0123456789.eE+-", begin);
            bytes.replace(begin, (end == std::string::npos ? bytes.size() : end) - begin,
                          kWords[random.below(std::size(kWords))]);
            return;
        }
        case 6: bytes.resize(at); return;
        default:
            if (const auto from = static_cast<std::size_t>(random.below(other.size() + 1)); from < other.size())
                bytes.insert(at, other.substr(from, static_cast<std::size_t>(random.below(200))));
    }
}

std::vector<fs::path> filesOf(const fs::path& path) {
    if (!fs::is_directory(path)) return {path};
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(path))
        if (entry.is_regular_file()) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

struct Options {
    std::uint64_t mutations = 0, seed = 1;
    bool all = false;
    std::vector<std::string> words;
};

std::uint64_t runTarget(const Target& target, const std::vector<fs::path>& files, const Options& options) {
    std::vector<std::string> corpus;
    for (const fs::path& file : files) corpus.push_back(readFile(file));
    std::uint64_t executions = 0;
    std::string bytes;
    current = &bytes;
    const auto once = [&] {
        alarm(kSecondsEach);
        tryOn(target, bytes);
        alarm(0);
        ++executions;
    };
    for (std::size_t i = 0; i < corpus.size(); ++i) {
        bytes = corpus[i];
        once();
        Random random(options.seed, std::string(target.name) + "/" + files[i].filename().string());
        for (std::uint64_t m = 0; m < options.mutations; ++m) {
            bytes = corpus[i];
            const auto other = static_cast<std::size_t>(random.below(corpus.size()));
            for (auto changes = 1 + random.below(4); changes > 0; --changes) change(bytes, corpus[other], random);
            once();
        }
    }
    current = nullptr;
    std::printf("%s: %zu files, %llu executions\n", target.name, corpus.size(), static_cast<unsigned long long>(executions));
    return executions;
}

bool parsed(int argc, char** argv, Options& options) {
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "--all")
            options.all = true;
        else if ((word == "--mutations" || word == "--seed") && i + 1 < argc)
            (word == "--seed" ? options.seed : options.mutations) = std::strtoull(argv[++i], nullptr, 10);
        else
            options.words.push_back(word);
    }
    return options.words.size() >= (options.all ? 1U : 2U);
}

}  // namespace

int main(int argc, char** argv) {
    for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM}) std::signal(signal, onCrash);
    Options options;
    if (!parsed(argc, argv, options)) {
        std::fprintf(stderr, "fuzz TARGET FILE|FOLDER … or fuzz --all CORPUS, with --mutations N and --seed S; targets:");
        for (const Target& target : targets()) std::fprintf(stderr, " %s", target.name);
        std::fprintf(stderr, "\n");
        return 2;
    }
    if (options.all) {
        for (const Target& target : targets())
            if (runTarget(target, filesOf(fs::path(options.words.front()) / target.name), options) == 0)
                defect(std::string(target.name) + " has no corpus");
        return 0;
    }
    const Target* target = targetNamed(options.words.front());
    if (!target) defect(options.words.front() + " is no target");
    std::vector<fs::path> files;
    for (std::size_t i = 1; i < options.words.size(); ++i)
        for (const fs::path& file : filesOf(options.words[i])) files.push_back(file);
    runTarget(*target, files, options);
    return 0;
}

#endif
