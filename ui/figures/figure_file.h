#pragma once

#include <QString>

#include <vector>

namespace lorashear::ui {

class Figure;

/// How figures are written.
struct FigureChoice {
    QString format = QStringLiteral("svg");  ///< id of a row of figureFormats()
    double width = 160, height = 90;         ///< millimetres
    int dotsPerInch = 300;                   ///< of pictures made of pixels
    bool onWhite = true;                     ///< black on white, whatever the window has
};

struct FigureFormat {
    QString id, title, ending;  ///< the ending without its point
    bool pixels = false;
    /// The file's content. Type is as large as the window's, whatever the figure's size.
    QByteArray (*bytes)(Figure& figure, const FigureChoice& choice);
};

const std::vector<FigureFormat>& figureFormats();
const FigureFormat& figureFormat(const QString& id);  ///< an unknown one: the first

/// Writes the figure as it is now, its title and summary with it; a file that is there is replaced. Error(Io) if it cannot be written,
/// Error(Impossible) if it would have too many pixels.
void saveFigure(Figure& figure, const QString& file, const FigureChoice& choice);

}  // namespace lorashear::ui
