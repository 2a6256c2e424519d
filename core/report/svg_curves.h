#pragma once

#include <string>
#include <utility>
#include <vector>

namespace lorashear {

/// One curve of a picture.
struct SvgCurve {
    enum class Look { Thin, Thick, Dots };  ///< raw values behind; what is to be read; single measurements
    std::string name;
    Look look = Look::Thick;
    std::vector<double> x, y;  ///< what is not finite leaves a gap
};

struct SvgPicture {
    std::string title, xLabel, yLabel;
    std::vector<SvgCurve> curves;
    std::vector<std::pair<double, std::string>> marks;  ///< upright lines with words: where a stage began
};

/// A picture of its own, without styles or scripts from elsewhere: axes from the smallest to the largest finite value, told apart by colour and by stroke. Long
/// curves are drawn by the lowest and highest value of each pixel, so that no peak is lost. The same values give the same bytes. "" where no value is finite.
std::string curvesSvg(const SvgPicture& picture);

}  // namespace lorashear
