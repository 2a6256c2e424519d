#include "core/io/stand_in.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace lorashear {

namespace {

constexpr std::string_view kPointer = "version https://git-lfs.github.com/spec/";
constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::array<std::string_view, 2> kPages{"<!doctype html", "<html"};

/// The size that a pointer's third line gives; empty if it gives none.
std::string sizeOf(std::string_view pointer) {
    constexpr std::string_view kKey = "\nsize ";
    const auto at = pointer.find(kKey);
    if (at == std::string_view::npos) return {};
    const auto begin = at + kKey.size(), end = pointer.find_first_not_of("0123456789", begin);
    return std::string(pointer.substr(begin, std::min(end, pointer.size()) - begin));
}

bool isPage(std::string_view bytes) {
    if (bytes.starts_with(kUtf8Mark)) bytes.remove_prefix(kUtf8Mark.size());
    bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size()));
    return std::any_of(kPages.begin(), kPages.end(), [&](std::string_view page) {
        return bytes.size() >= page.size() && std::equal(page.begin(), page.end(), bytes.begin(), [](char a, char b) {
                   return a == static_cast<char>(std::tolower(static_cast<unsigned char>(b)));
               });
    });
}

}  // namespace

void refuseStandIn(std::string_view bytes, const std::string& subject) {
    if (bytes.starts_with(kPointer)) {
        const auto size = sizeOf(bytes.substr(0, 1024));
        throw Error(ErrorCode::BadInput, subject,
                    "is a Git LFS pointer" + (size.empty() ? std::string() : " to a file of " + size + " bytes") +
                        ", not that file itself",
                    "run \"git lfs pull\" in the folder (git-lfs must be installed), or download the file");
    }
    if (isPage(bytes))
        throw Error(ErrorCode::BadInput, subject, "is a web page, not the file that its name promises",
                    "a server answered the download with a page: look into it, log in or accept the licence where the model is "
                    "published, and download the file again");
}

}  // namespace lorashear
