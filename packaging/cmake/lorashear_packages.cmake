# Debian packages by `cpack` (packaging/package.sh): three components, one package each.
#
#   cli       lorashear           the command line, the engine, models, texts, recipes, help
#   studio    lorashear-studio    the window
#   libtorch  lorashear-libtorch  LibTorch's CPU libraries in a private folder, so that the other two stay small
#
# Dependencies on Debian's libraries come from dpkg-shlibdeps; LibTorch belongs to no Debian package, so it is named here.

set(LORASHEAR_DOCS "${PROJECT_BINARY_DIR}/docs")   # man1/, completions/, copyright, changelog

# Called at the end of the top-level CMakeLists.txt, after the install rules.
function(lorashear_docs)
    set(programs $<TARGET_FILE:lorashear>)
    if(LORASHEAR_GUI)
        list(APPEND programs $<TARGET_FILE:lorashear-studio>)
    endif()
    add_custom_command(OUTPUT "${LORASHEAR_DOCS}/made"
        COMMAND bash "${PROJECT_SOURCE_DIR}/packaging/deb/make-docs.sh" "${LORASHEAR_DOCS}" ${PROJECT_VERSION} ${programs}
        DEPENDS lorashear packaging/deb/make-docs.sh CHANGELOG.md resources/io.github.lorashear.Studio.metainfo.xml
        COMMENT "Man pages, completions" VERBATIM)
    add_custom_target(docs ALL DEPENDS "${LORASHEAR_DOCS}/made")
    if(LORASHEAR_GUI)
        add_dependencies(docs lorashear-studio)
    endif()

    install(DIRECTORY "${LORASHEAR_DOCS}/man1" DESTINATION "${CMAKE_INSTALL_MANDIR}" COMPONENT cli
            FILES_MATCHING PATTERN "lorashear*.1.gz" PATTERN "lorashear-studio.1.gz" EXCLUDE)
    install(FILES "${LORASHEAR_DOCS}/completions/lorashear" COMPONENT cli
            DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
    if(LORASHEAR_GUI)
        install(FILES "${LORASHEAR_DOCS}/man1/lorashear-studio.1.gz" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" COMPONENT studio)
    endif()
    foreach(component cli studio libtorch)
        string(REGEX REPLACE "^cli$" "lorashear" package "${component}")
        string(REGEX REPLACE "^(studio|libtorch)$" "lorashear-\\1" package "${package}")
        set(doc "${CMAKE_INSTALL_DATADIR}/doc/${package}")
        install(FILES "${PROJECT_SOURCE_DIR}/packaging/deb/copyright.${component}" DESTINATION "${doc}" RENAME copyright COMPONENT ${component})
        install(FILES "${LORASHEAR_DOCS}/changelog.gz" "${LORASHEAR_DOCS}/changelog.Debian.gz" DESTINATION "${doc}" COMPONENT ${component})
        if(EXISTS "${PROJECT_SOURCE_DIR}/packaging/deb/${component}.lintian")
            install(FILES "${PROJECT_SOURCE_DIR}/packaging/deb/${component}.lintian" RENAME ${package} COMPONENT ${component}
                    DESTINATION "${CMAKE_INSTALL_DATADIR}/lintian/overrides")
        endif()
    endforeach()
endfunction()

# Called last, when every install rule is known.
function(lorashear_cpack)
    set(CPACK_GENERATOR DEB)
    set(CPACK_PACKAGE_NAME lorashear)
    set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
    set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${CMAKE_PROJECT_NAME} built using CMake")   # cpack's default: each package has its own, below
    set(CPACK_PACKAGE_CONTACT "The LoRAShear Studio authors <lorashear@example.org>")
    set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
    set(CPACK_STRIP_FILES ON)
    set(CPACK_COMPONENTS_ALL cli studio libtorch)
    if(NOT LORASHEAR_GUI)
        list(REMOVE_ITEM CPACK_COMPONENTS_ALL studio)
    endif()
    set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

    set(CPACK_DEB_COMPONENT_INSTALL ON)
    set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
    set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
    set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
    set(CPACK_THREADS 0)   # all cores: LibTorch takes minutes
    set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
    set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
    get_filename_component(torch_lib "${LibTorch_CPU_LIBRARY}" DIRECTORY)
    set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${torch_lib}")

    # Descriptions: the first line is the summary; cpack indents the others.
    set(CPACK_DEBIAN_CLI_PACKAGE_NAME lorashear)
    set(CPACK_DEBIAN_CLI_PACKAGE_SECTION science)
    set(CPACK_DEBIAN_CLI_PACKAGE_DEPENDS "lorashear-libtorch (= ${PROJECT_VERSION}-1)")
    set(CPACK_DEBIAN_CLI_DESCRIPTION "structured pruning of language models, on the command line
Traces a language model, measures where its knowledge sits, removes the
heads, neurons or layers that matter least while adapters learn to do
without them, and lets the smaller model recover on text of your choice.
Exports are read back and certified. This package holds the command line
program, the engine, a small model to try, and recipes.")
    set(CPACK_DEBIAN_STUDIO_PACKAGE_NAME lorashear-studio)
    set(CPACK_DEBIAN_STUDIO_PACKAGE_SECTION science)
    set(CPACK_DEBIAN_STUDIO_PACKAGE_DEPENDS "lorashear (= ${PROJECT_VERSION}-1)")
    set(CPACK_DEBIAN_STUDIO_PACKAGE_RECOMMENDS "qt6-wayland, fonts-dejavu-core, qt6-translations-l10n, fonts-noto-cjk | fonts-droid-fallback | fonts-wqy-microhei | fonts-vlgothic")
    set(CPACK_DEBIAN_STUDIO_DESCRIPTION "structured pruning of language models, in a window
Shows the removable structures of a language model, what a plan removes
and what that costs, runs pruning and recovery in the background with
live curves, compares before and after, and exports models that load in
stock programs.")
    set(CPACK_DEBIAN_LIBTORCH_PACKAGE_NAME lorashear-libtorch)
    set(CPACK_DEBIAN_LIBTORCH_PACKAGE_SECTION libs)
    set(CPACK_DEBIAN_LIBTORCH_DESCRIPTION "tensor library of LoRAShear Studio (private copy of LibTorch)
The CPU part of LibTorch as PyTorch's project publishes it, in the private
folder of LoRAShear Studio. Nothing else uses it.")
    include(CPack)
endfunction()
