#include "app/cli/bug_report.h"

#include "core/base/printable.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include <pwd.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace lorashear::app {

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

/// PRETTY_NAME of /etc/os-release.
std::string distribution() {
    std::ifstream in("/etc/os-release");
    for (std::string line; std::getline(in, line);) {
        constexpr std::string_view kKey = "PRETTY_NAME=";
        if (!line.starts_with(kKey)) continue;
        std::string name = line.substr(kKey.size());
        std::erase(name, '"');
        return name;
    }
    return "unknown";
}

/// Bytes above ASCII belong to letters.
bool isWordCharacter(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return std::isalnum(byte) != 0 || byte >= 0x80 || c == '_';
}

bool sameLetter(char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

/// Whole words only, in capitals or not: a person called "lib" must not blot every library.
void blot(std::string& text, const std::string& word, const std::string& with) {
    if (word.size() < 2) return;
    for (std::size_t at = 0; at < text.size();) {
        const auto found =
            std::search(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), word.begin(), word.end(), sameLetter);
        if (found == text.end()) return;
        at = static_cast<std::size_t>(found - text.begin());
        const bool begins = at == 0 || !isWordCharacter(text[at - 1]) || !isWordCharacter(word.front());
        const std::size_t end = at + word.size();
        const bool ends = end == text.size() || !isWordCharacter(text[end]) || !isWordCharacter(word.back());
        if (begins && ends) text.replace(at, word.size(), with);
        at = begins && ends ? at + with.size() : end;
    }
}

/// A home as it is told, and as it is where links are followed: libraries are mapped from there.
void addHome(std::vector<std::string>& homes, const std::string& told) {
    std::error_code ignored;
    for (std::string home : {told, std::filesystem::weakly_canonical(told, ignored).string()}) {
        while (home.size() > 1 && home.back() == '/') home.pop_back();
        if (home.size() > 1) homes.push_back(std::move(home));
    }
}

/// A full name, and every word of it.
void addFullName(std::vector<std::string>& names, const std::string& full) {
    names.push_back(full);
    std::istringstream words(full);
    for (std::string word; words >> word;)
        if (word.size() > 2) names.push_back(word);  // no initials
}

}  // namespace

std::string withoutNames(std::string text) {
    std::vector<std::string> homes, names{environment("USER"), environment("LOGNAME"), environment("SUDO_USER")};
    addHome(homes, environment("HOME"));
    if (const passwd* person = getpwuid(getuid()); person != nullptr) {
        addHome(homes, person->pw_dir != nullptr ? person->pw_dir : "");
        names.emplace_back(person->pw_name != nullptr ? person->pw_name : "");
        const std::string full = person->pw_gecos != nullptr ? person->pw_gecos : "";
        addFullName(names, full.substr(0, full.find(',')));
    }
    if (utsname system{}; uname(&system) == 0) names.emplace_back(system.nodename);
    for (const std::string& home : homes) blot(text, home, "~");
    // Whoever's home it is. Its name may have spaces in it.
    for (const std::string root : {"/home/", "/Users/"})
        for (std::size_t at = 0; (at = text.find(root, at)) != std::string::npos;) {
            const std::size_t end = std::min(text.find_first_of("/:\n\"'", at + root.size()), text.size());
            text.replace(at, end - at, "~");
        }
    for (const std::string& name : names)
        if (name != "root") blot(text, name, "…");
    return text;
}

std::string bugReport(const MachineReport& machine, const std::string& version) {
    std::ostringstream out;
    const auto line = [&out](const std::string& name, const std::string& value) {
        out << name << ": " << (value.empty() ? "unknown" : value) << "\n";
    };
    const auto whole = [](double value) { return std::to_string(std::llround(value)); };
    line("LoRAShear Studio", version);
    line("LibTorch", machine.torchVersion + ", " + machine.torchLibrary);
    line("built with", __VERSION__);
    if (utsname system{}; uname(&system) == 0)
        line("kernel", std::string(system.sysname) + " " + system.release + " " + system.machine);
    line("processor", machine.processor);
    line("cores, threads", std::to_string(machine.cores) + ", " + std::to_string(machine.threads));
    line("memory", whole(static_cast<double>(machine.memoryBytes) / 1e6) + " MB, " +
                       whole(static_cast<double>(machine.availableBytes) / 1e6) + " MB free");
    line("device", machine.device);
    line("fp32, bf16", whole(machine.fp32Gflops) + ", " + whole(machine.bf16Gflops) + " GFLOPS (measured)");
    for (const std::string& runtime : machine.openmp) line("OpenMP runtime", runtime);
    out << "\nenvironment:\n";
    for (const char* name :
         {"OMP_WAIT_POLICY", "OMP_NUM_THREADS", "GOMP_SPINCOUNT", "MKL_NUM_THREADS", "LORASHEAR_DATA", "LD_LIBRARY_PATH",
          "LD_PRELOAD", "QT_QPA_PLATFORM", "XDG_SESSION_TYPE", "LANG", "LC_ALL", "CUDA_VISIBLE_DEVICES"})
        if (const std::string value = environment(name); !value.empty()) out << "  " << name << "=" << value << "\n";
    out << "\n";
    if (machine.complaints.empty()) out << "nothing to complain about\n";
    for (const std::string& complaint : machine.complaints) out << "! " << complaint << "\n";
    out << "\nPlease add: the command or the steps, what happened, what you expected, and the smallest model or text that shows it.\n";
    // A distribution is no person, though on many machines the person is called like it.
    return printable("distribution: " + distribution() + "\n" + withoutNames(out.str()));
}

}  // namespace lorashear::app
