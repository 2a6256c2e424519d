#include "ui/help_browser.h"

#include "ui/help_pages.h"

#include <QAbstractTextDocumentLayout>
#include <QEvent>
#include <QFileInfo>
#include <QImage>
#include <QPainter>
#include <QPointer>
#include <QScrollBar>
#include <QSvgRenderer>
#include <QTextBlock>

#include <algorithm>

namespace lorashear::ui {

namespace {

constexpr int kPageMargin = 24;      ///< of the document, both sides together
constexpr int kAbove = 8;            ///< a heading that was scrolled to
constexpr int kSmallestWidth = 240;  ///< of pictures, however narrow the window

bool isDark(const QPalette& palette) {
    return palette.color(QPalette::Base).lightness() < 128;
}

/// An invisible picture: for no picture at all the document would look for a file itself.
QImage nothing() {
    QImage image(1, 1, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    return image;
}

}  // namespace

HelpBrowser::HelpBrowser(QWidget* parent) : QTextBrowser(parent) {
    setOpenLinks(false);
}

bool HelpBrowser::showPage(const QString& markdown, const QString& anchor) {
    m_anchor = anchor;
    if (m_markdown != markdown) {
        m_markdown = markdown;
        makeDocument();
    }
    moveCursor(QTextCursor::Start);
    verticalScrollBar()->setValue(0);
    return scrollToAnchor();
}

/// Made apart: a document that is on the screen is laid out anew with every line that is added to it, which takes minutes for a long table.
void HelpBrowser::makeDocument() {
    auto* fresh = new QTextDocument(this);
    fresh->setDefaultFont(font());
    fresh->setDocumentMargin(kPageMargin / 2.0);
    fresh->setMarkdown(m_markdown);
    const QPointer<QTextDocument> before = document();
    setDocument(fresh);
    delete before;  // the first one, of Qt's own, is gone by now
}

bool HelpBrowser::scrollToAnchor() {
    if (m_anchor.isEmpty()) return true;
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        if (block.blockFormat().headingLevel() == 0 || headingAnchor(block.text()) != m_anchor) continue;
        setTextCursor(QTextCursor(block));
        verticalScrollBar()->setValue(int(document()->documentLayout()->blockBoundingRect(block).top()) - kAbove);
        return true;
    }
    return false;
}

QVariant HelpBrowser::loadResource(int type, const QUrl& name) {
    if (type != QTextDocument::ImageResource || !name.isRelative() || name.path().contains(QLatin1Char('/')))
        return nothing();
    const QString file = helpFolder() + name.path();
    const qreal ratio = devicePixelRatioF();
    const int widest = std::max(kSmallestWidth, viewport()->width() - kPageMargin);
    if (QFileInfo(file).suffix() != QLatin1String("svg")) {
        QImage image(file);
        if (image.isNull()) return nothing();
        image = image.scaledToWidth(std::min(image.width(), int(widest * ratio)), Qt::SmoothTransformation);
        image.setDevicePixelRatio(ratio);
        return image;
    }
    const QString dark = file.chopped(4) + QStringLiteral("-dark.svg");
    QSvgRenderer picture(isDark(palette()) && QFileInfo::exists(dark) ? dark : file);
    if (!picture.isValid()) return nothing();
    QSize size = picture.defaultSize();
    if (size.width() > widest) size = QSize(widest, size.height() * widest / size.width());
    QImage image(size * ratio, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(ratio);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    picture.render(&painter, QRectF(QPointF(0, 0), QSizeF(size)));
    return image;
}

/// Where a heading lies, and how wide pictures are, is known once the window has its size.
void HelpBrowser::showEvent(QShowEvent* event) {
    QTextBrowser::showEvent(event);
    if (event->spontaneous() || m_markdown.isEmpty()) return;  // back from the task bar it stays where it was read
    makeDocument();
    scrollToAnchor();
}

void HelpBrowser::changeEvent(QEvent* event) {
    QTextBrowser::changeEvent(event);
    if (event->type() != QEvent::PaletteChange || m_markdown.isEmpty()) return;
    const int before = verticalScrollBar()->value();
    makeDocument();  // pictures have other colours now
    verticalScrollBar()->setValue(before);
}

}  // namespace lorashear::ui
