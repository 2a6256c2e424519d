# Where things go on `cmake --install`, and how installed programs find LibTorch.
#
# In the build folder CMake writes LibTorch's folder into each program. An installed program looks first into the
# private folder beside it (lib/lorashear, filled with -DLORASHEAR_INSTALL_LIBTORCH=ON, as packages want it) and then
# where LibTorch lay when it was built (the cache). libtorch_cpu.so finds its own neighbours by its own RPATH ($ORIGIN).

option(LORASHEAR_PACKAGES "Make man pages and completions with the programs, and let cpack make Debian packages" OFF)
option(LORASHEAR_INSTALL_LIBTORCH "Copy LibTorch's libraries into the installation" ${LORASHEAR_PACKAGES})
if(LORASHEAR_PACKAGES)
    set(CMAKE_INSTALL_PREFIX /usr)   # before GNUInstallDirs: /usr has Debian's multiarch folders
endif()
include(GNUInstallDirs)

set(CMAKE_INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}/lorashear" "$ORIGIN")
# A package names no folder of the machine that built it.
if(LORASHEAR_PACKAGES)
    set(CMAKE_INSTALL_RPATH_USE_LINK_PATH OFF)
else()
    set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)
endif()

# Called at the end of the top-level CMakeLists.txt, when every target exists.
function(lorashear_install)
    set(data "${CMAKE_INSTALL_DATADIR}/lorashear")
    set(private "${CMAKE_INSTALL_LIBDIR}/lorashear")
    install(TARGETS lorashear RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT cli)
    install(DIRECTORY resources/models resources/data resources/recipes resources/bench resources/help resources/tours resources/export DESTINATION "${data}" COMPONENT cli
            PATTERN "*.sh" EXCLUDE)
    install(PROGRAMS resources/bench/slurm-array.sh DESTINATION "${data}/bench" COMPONENT cli)
    install(FILES resources/loadability.json DESTINATION "${data}" COMPONENT cli)
    if(LORASHEAR_GUI)
        install(TARGETS lorashear-studio RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT studio)
        # The engine as a plug-in of the window: with the command line, which is the engine too.
        install(TARGETS lorashear_engine LIBRARY DESTINATION "${private}" COMPONENT cli)
        install(FILES resources/io.github.lorashear.Studio.desktop DESTINATION "${CMAKE_INSTALL_DATADIR}/applications" COMPONENT studio)
        install(FILES resources/io.github.lorashear.Studio.metainfo.xml DESTINATION "${CMAKE_INSTALL_DATADIR}/metainfo" COMPONENT studio)
        install(FILES resources/io.github.lorashear.Studio.mime.xml RENAME io.github.lorashear.Studio.xml
                DESTINATION "${CMAKE_INSTALL_DATADIR}/mime/packages" COMPONENT studio)
        install(FILES resources/icons/io.github.lorashear.Studio.svg
                DESTINATION "${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps" COMPONENT studio)
    endif()
    if(LORASHEAR_PACKAGES)
        lorashear_docs()
    else()
        install(FILES LICENSE README.md CHANGELOG.md DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT cli)
    endif()

    if(LORASHEAR_INSTALL_LIBTORCH)
        get_filename_component(torch_lib "${LibTorch_CPU_LIBRARY}" DIRECTORY)
        foreach(file libtorch_cpu.so libc10.so libgomp.so.1 libcudart.so.13 libcupti.so.13)
            if(EXISTS "${torch_lib}/${file}")
                install(FILES "${torch_lib}/${file}" DESTINATION "${private}" COMPONENT libtorch)
            endif()
        endforeach()
        if(EXISTS "${torch_lib}/../licenses")
            install(DIRECTORY "${torch_lib}/../licenses" DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/lorashear-libtorch" COMPONENT libtorch)
        endif()
    endif()
endfunction()
