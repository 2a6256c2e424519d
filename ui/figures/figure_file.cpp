#include "ui/figures/figure_file.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "ui/figures/figure.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/theme/tr.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QImage>
#include <QPageSize>
#include <QPalette>
#include <QPdfWriter>
#include <QSvgGenerator>
#include <QWidget>

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

constexpr double kInch = 25.4;      ///< millimetres
constexpr int kMostPixels = 32767;  ///< a side: painters of pictures know no places beyond

/// The figure in the colours of paper, for as long as this lives.
class OnWhite {
public:
    OnWhite(QWidget& widget, bool on)
        : m_widget(on ? &widget : nullptr), m_before(widget.palette()), m_had(widget.testAttribute(Qt::WA_SetPalette)) {
        if (m_widget) m_widget->setPalette(paletteFor(Theme::White));
    }
    ~OnWhite() {
        if (m_widget) m_widget->setPalette(m_had ? m_before : QPalette());
    }
    OnWhite(const OnWhite&) = delete;
    OnWhite& operator=(const OnWhite&) = delete;

private:
    QWidget* m_widget;
    QPalette m_before;
    bool m_had;
};

/// In the window's own dots, so that type and lines are as large on paper as they are in the window.
QSize dots(Figure& figure, const FigureChoice& choice) {
    const double perMillimetre = figure.figureWidget().logicalDpiX() / kInch;
    return QSizeF(choice.width * perMillimetre, choice.height * perMillimetre).toSize().expandedTo({1, 1});
}

QByteArray svgBytes(Figure& figure, const FigureChoice& choice) {
    QBuffer buffer;
    QSvgGenerator svg;
    const QSize size = dots(figure, choice);
    svg.setOutputDevice(&buffer);
    svg.setResolution(figure.figureWidget().logicalDpiX());
    svg.setSize(size);
    svg.setViewBox(QRect({}, size));
    svg.setTitle(figureTitle(figure));
    svg.setDescription(figureSummary(figure));
    figure.drawOn(svg, size, 1);
    return buffer.data();
}

QByteArray pdfBytes(Figure& figure, const FigureChoice& choice) {
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter pdf(&buffer);
        pdf.setTitle(figureTitle(figure));
        pdf.setCreator(QCoreApplication::applicationName());
        pdf.setResolution(figure.figureWidget().logicalDpiX());
        pdf.setPageSize(QPageSize(QSizeF(choice.width, choice.height), QPageSize::Millimeter, {}, QPageSize::ExactMatch));
        pdf.setPageMargins(QMarginsF());
        figure.drawOn(pdf, dots(figure, choice), 1);
    }
    return buffer.data();
}

QByteArray pngBytes(Figure& figure, const FigureChoice& choice) {
    const double scale = double(choice.dotsPerInch) / figure.figureWidget().logicalDpiX();
    const auto pixels = [&](double millimetres) {
        return std::max(1, int(std::lround(millimetres / kInch * choice.dotsPerInch)));
    };
    const auto refuse = [&](const QString& message) {
        return Error(ErrorCode::Impossible, figureName(figure).toStdString(), message.toStdString(),
                     tr("Choose a smaller size, fewer dots per inch, or SVG or PDF.").toStdString());
    };
    const int width = pixels(choice.width), height = pixels(choice.height);
    if (std::max(width, height) > kMostPixels)
        throw refuse(tr("a picture of %1 by %2 pixels is too large; a side has at most %3")
                         .arg(formatInteger(width), formatInteger(height), formatInteger(kMostPixels)));
    QImage image(width, height, QImage::Format_RGB32);
    if (image.isNull()) throw refuse(tr("memory lacks for a picture so large"));
    image.fill(choice.onWhite ? QColor(Qt::white) : colors(figure.figureWidget().palette()).surface);
    figure.drawOn(image, dots(figure, choice), scale);
    const int perMetre = int(std::lround(choice.dotsPerInch / kInch * 1000));
    image.setDotsPerMeterX(perMetre);
    image.setDotsPerMeterY(perMetre);
    image.setText(QStringLiteral("Title"), figureTitle(figure));
    image.setText(QStringLiteral("Description"), figureSummary(figure));
    QBuffer buffer;
    if (!image.save(&buffer, "PNG")) throw refuse(tr("the picture cannot be made"));
    return buffer.data();
}

}  // namespace

const std::vector<FigureFormat>& figureFormats() {
    static const std::vector<FigureFormat> kFormats = {
        {QStringLiteral("svg"), QStringLiteral("SVG"), QStringLiteral("svg"), false, &svgBytes},
        {QStringLiteral("pdf"), QStringLiteral("PDF"), QStringLiteral("pdf"), false, &pdfBytes},
        {QStringLiteral("png"), QStringLiteral("PNG"), QStringLiteral("png"), true, &pngBytes},
    };
    return kFormats;
}

const FigureFormat& figureFormat(const QString& id) {
    const auto& all = figureFormats();
    const auto at = std::find_if(all.begin(), all.end(), [&](const FigureFormat& format) { return format.id == id; });
    return at == all.end() ? all.front() : *at;
}

void saveFigure(Figure& figure, const QString& file, const FigureChoice& choice) {
    QByteArray bytes;
    {
        const OnWhite paper(figure.figureWidget(), choice.onWhite);
        figure.bringUpToDate();
        bytes = figureFormat(choice.format).bytes(figure, choice);
    }
    writeFile(file.toStdString(), std::string_view(bytes.constData(), std::size_t(bytes.size())));
}

}  // namespace lorashear::ui
